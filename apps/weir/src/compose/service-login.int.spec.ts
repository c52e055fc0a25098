import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { openPool, SERVICE_ROLE } from '@weir/postgres';
import pg from 'pg';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../../tools/testing/test-database.js';
import { migrate } from './migrate-database.js';
import { openDatabase } from './open-database.js';

const unique = randomBytes(4).toString('hex');
const APP = `weir_app_${unique}`;
const OWNER = `weir_owner_${unique}`;
let database: TestDatabase;
let owner: pg.Client;

const at = (login: string): string => {
  const url = new URL(database.ownerUrl);
  [url.username, url.password] = [login, 'of-this-test'];
  return url.href;
};

/** What deploy/postgres/roles.sql does, without psql and under another name. */
const rolesSql = (): string =>
  readFileSync(new URL('../../../../deploy/postgres/roles.sql', import.meta.url), 'utf8')
    .replaceAll(/^\\.*$/gm, '')
    .replaceAll(`:'password'`, `'of-this-test'`)
    .replaceAll('weir_app', APP);

beforeAll(async () => {
  database = await createTestDatabase();
  await migrate(database.ownerUrl);
  owner = new pg.Client({ connectionString: database.ownerUrl });
  await owner.connect();
  await owner.query(rolesSql());
});
afterAll(async () => {
  await owner.end();
  await database.drop();
  const server = new pg.Client({ connectionString: database.ownerUrl.replace(/\/[^/]*$/, '/postgres') });
  await server.connect();
  await server.query(`DROP ROLE IF EXISTS ${APP}, ${OWNER}, strong_${unique}`).finally(() => server.end());
});

interface Guarded {
  readonly name: string;
  readonly columns: readonly string[];
  /** A head moves with what is appended. */
  readonly moves: boolean;
}

/** Every table that services add to and do not take from. */
const guarded = async (): Promise<readonly Guarded[]> =>
  (
    await owner.query<Guarded>(
      `SELECT t.oid::regclass::text AS name, has_table_privilege('${SERVICE_ROLE}', t.oid, 'UPDATE') AS moves,
         ARRAY(SELECT quote_ident(attname) FROM pg_attribute WHERE attrelid = t.oid AND attnum > 0 AND NOT attisdropped AND attidentity <> 'a') AS columns
         FROM pg_class t JOIN pg_namespace n ON n.oid = t.relnamespace
        WHERE t.relkind IN ('r', 'p') AND has_table_privilege('${SERVICE_ROLE}', t.oid, 'INSERT')
          AND (n.nspname = 'log' OR NOT has_table_privilege('${SERVICE_ROLE}', t.oid, 'DELETE'))
        ORDER BY 1`,
    )
  ).rows;

const forbiddenOn = ({ name, columns, moves }: Guarded): readonly string[] => [
  ...(moves ? [] : columns.map((column) => `UPDATE ${name} SET ${column} = ${column}`)),
  ...(moves ? [] : [`SELECT FROM ${name} FOR UPDATE`]),
  `DELETE FROM ${name}`,
  `MERGE INTO ${name} USING (SELECT 1) AS one ON true WHEN MATCHED THEN DELETE`,
  `WITH gone AS (DELETE FROM ${name} RETURNING 1) SELECT count(*) FROM gone`,
  `TRUNCATE ${name}`,
  `TRUNCATE ${name} CASCADE`,
  `DROP TABLE ${name} CASCADE`,
  `ALTER TABLE ${name} DISABLE TRIGGER ALL`,
  `ALTER TABLE ${name} ADD COLUMN other int`,
  `ALTER TABLE ${name} DROP COLUMN ${columns.at(-1) ?? ''} CASCADE`,
  `ALTER TABLE ${name} OWNER TO CURRENT_USER`,
  `ALTER TABLE ${name} RENAME TO other`,
  `CREATE RULE other AS ON INSERT TO ${name} DO INSTEAD NOTHING`,
  `CREATE TRIGGER other BEFORE INSERT ON ${name} FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()`,
];

const FORBIDDEN_ANYWHERE = (ownerLogin: string): readonly string[] => [
  'DROP SCHEMA log CASCADE',
  'CREATE TABLE log.other (a int)',
  'SET session_replication_role = replica',
  `SET ROLE ${ownerLogin}`,
  `SET SESSION AUTHORIZATION ${ownerLogin}`,
  `GRANT ${ownerLogin} TO CURRENT_USER`,
  'ALTER ROLE CURRENT_USER SUPERUSER',
  `ALTER ROLE ${ownerLogin} PASSWORD 'known'`,
  `COPY log.event TO PROGRAM 'true'`,
  `COPY log.event TO '/weir-event'`,
];

const WAYS_BACK = [
  'SELECT 1',
  'SET ROLE NONE',
  'RESET ROLE',
  'SET SESSION AUTHORIZATION DEFAULT',
  'RESET SESSION AUTHORIZATION',
  'RESET ALL',
  'DISCARD ALL',
  `SET ROLE ${SERVICE_ROLE}; SET ROLE NONE`,
];

describe.each(['the embedded login', 'the login of roles.sql'])('%s', (which) => {
  const loginUrl = (): string => (which === 'the embedded login' ? database.serviceUrl : at(APP));

  test.each(WAYS_BACK)('may change nothing that was recorded, also after %s', async (way) => {
    const session = new pg.Client({ connectionString: loginUrl() });
    await session.connect();
    try {
      const tables = await guarded();
      expect(tables.map(({ name }) => name)).toEqual(
        expect.arrayContaining([
          'log.event',
          'log.evidence',
          'log.evidence_frame',
          'log.shard_head',
          'intelligence.observation',
        ]),
      );
      const statements = [...tables.flatMap(forbiddenOn), ...FORBIDDEN_ANYWHERE(new URL(database.ownerUrl).username)];
      for (const statement of statements) {
        for (const one of way.split(';')) await session.query(one);
        const fault = await session.query(statement).then(
          () => 'done',
          (thrown: unknown) => `${(thrown as { code?: string }).code ?? ''} ${(thrown as Error).message}`,
        );
        expect(fault, statement).toMatch(/^42501 /);
      }
    } finally {
      await session.end();
    }
  });
});

describe('a start', () => {
  const opened = (service: string, asOwner?: string): Promise<string> =>
    openDatabase('unused', { service, owner: asOwner }).then(
      ({ serviceUrl }) => serviceUrl,
      (fault: unknown) => (fault as Error).message,
    );

  test("with a service's login works when the schema is there, and says what to run when it is not", async () => {
    expect(await opened(at(APP))).toBe(at(APP));
    await owner.query(`DELETE FROM weir_migration WHERE id = (SELECT max(id) FROM weir_migration)`);
    expect(await opened(at(APP))).toMatch(
      /^The schema of this database is not up to date: 1 migrations are missing, first \w+\. Set DATABASE_OWNER_URL .* weir migrate --database OWNER_URL$/,
    );
    await owner.query('REVOKE SELECT ON weir_migration FROM weir_service');
    expect(await opened(at(APP))).toMatch(/not up to date: \d\d migrations are missing/);
    await owner.query('GRANT SELECT ON weir_migration TO weir_service');
  });

  test.each([
    ['SUPERUSER', 'is a superuser'],
    ['CREATEROLE', 'may create roles'],
    [`IN ROLE pg_write_all_data`, 'may become pg_write_all_data, a role of more power'],
  ])('with a login that has %s is refused, with the reason and the cure', async (attribute, because) => {
    const strong = `strong_${unique}`;
    await owner.query(`CREATE ROLE ${strong} LOGIN PASSWORD 'of-this-test' ${attribute}`);
    expect(await opened(at(strong))).toMatch(
      new RegExp(
        `^DATABASE_URL logs in as ${strong}, which ${because}, and so .*deploy/postgres/roles\\.sql.*DATABASE_OWNER_URL`,
      ),
    );
    await owner.query(`DROP ROLE ${strong}`);
  });

  test.each([
    ['GRANT UPDATE (kind) ON log.evidence', 'may UPDATE log.evidence'],
    ['GRANT DELETE ON log.event', 'may DELETE log.event'],
    ['GRANT TRUNCATE ON log.shard_head', 'may TRUNCATE log.shard_head'],
    ['GRANT TRIGGER ON intelligence.observation', 'may TRIGGER intelligence.observation'],
  ])('after %s is refused', async (grant, because) => {
    await owner.query(`${grant} TO ${APP}`);
    expect(await opened(at(APP))).toContain(`which ${because}, and so`);
    await owner.query(grant.replace('GRANT', 'REVOKE') + ` FROM ${APP}`);
  });

  test('with the login that owns the schema is refused; as DATABASE_OWNER_URL it brings the schema up to date', async () => {
    const other = await createTestDatabase();
    await owner.query(`CREATE ROLE ${OWNER} LOGIN PASSWORD 'of-this-test'`);
    const name = new URL(other.ownerUrl).pathname.slice(1);
    await owner.query(`ALTER DATABASE ${name} OWNER TO ${OWNER}`);
    const [asOwner, asApp] = [at(OWNER), at(APP)].map((url) => url.replace(/\/[^/]*$/, `/${name}`)) as [string, string];
    try {
      expect(await opened(asOwner)).toContain('which owns the database, and so');
      expect(await opened(asOwner, asOwner)).toContain('which owns the database, and so');
      expect(await opened(asApp, asOwner)).toBe(asApp);
      await owner.query(`ALTER DATABASE ${name} OWNER TO ${new URL(other.ownerUrl).username}`);
      expect(await opened(asOwner)).toMatch(/which owns \w+\.\w+, and so/);
      await owner.query(`GRANT ${OWNER} TO ${APP}`);
      expect(await opened(asApp)).toContain(`which may become ${OWNER}, a role of more power, and so`);
      await owner.query(`REVOKE ${OWNER} FROM ${APP}`);
    } finally {
      await other.drop();
    }
  });

  test('DATABASE_OWNER_URL alone is wrong, and said to be', async () => {
    await expect(openDatabase('unused', { service: undefined, owner: at(OWNER) })).rejects.toThrow(/Set DATABASE_URL/);
  });
});

test('a pool of a service asks before its first query, whenever that is, and goes on to ask until it is right', async () => {
  const pool = openPool({ databaseUrl: database.ownerUrl, name: 'test', logger: pino({ level: 'silent' }) });
  for (let time = 0; time < 2; time += 1)
    await expect(pool.query('SELECT 1')).rejects.toThrow(/which is a superuser, and so could change what was recorded/);
  await pool.end();
  const right = openPool({ databaseUrl: at(APP), name: 'test', logger: pino({ level: 'silent' }) });
  expect((await right.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
  await right.end();
});
