import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import type { EmbeddedPostgres } from '../../apps/weir/src/embedded-postgres/start-embedded-postgres.js';
import { startPostgresOf, versionsToTry } from '../../tools/testing/postgres-versions.js';
import { askUntil, post, publication } from '../harness/http.js';
import { removeFolder, repositoryRoot, runWeir, startWeirProcess, temporaryFolder } from '../harness/weir-process.js';
import { render } from './chart.js';
import { runRendered } from './rendered-job.js';
import { runTool, type ToolResult } from './run-tool.js';

const textOf = (file: string): string => readFileSync(join(repositoryRoot, file), 'utf8');

/** The statements that the how-to has an administrator run before deploy/postgres/roles.sql. */
const documentedSetUp = (): readonly string[] => {
  const [, line] =
    /^\$ psql "\$ADMINISTRATOR_URL" (-c .*)$/m.exec(textOf('docs/how-to/use-your-own-postgresql.md')) ?? [];
  return [...(line ?? '').matchAll(/-c (?:"([^"]*)"|'([^']*)')/g)].map(([, double, single]) => double ?? single ?? '');
};

const composeCommand = (): readonly string[] =>
  (parse(textOf('deploy/compose.yaml'), { merge: true }) as { services: { migrate: { command: string[] } } }).services
    .migrate.command;

/** What the chart runs before a release, as helm gives it. */
const chart = render([]).resources;
const FIRST_KEY = `weir_${'ab'.repeat(6)}_${'cd'.repeat(32)}`;

test('the documents say what is tried here', () => {
  expect(documentedSetUp()).toEqual([`CREATE ROLE weir LOGIN PASSWORD 'change-me'`, 'CREATE DATABASE weir OWNER weir']);
  expect(composeCommand()).toEqual(['weir', 'migrate']);
  expect(textOf('docs/how-to/use-your-own-postgresql.md')).toContain('Versions 15 and 18 are tried');
});

describe.each(versionsToTry())('PostgreSQL %i', (version) => {
  const folder = temporaryFolder();
  let postgres: EmbeddedPostgres;
  let stop: () => Promise<void>;

  beforeAll(async () => {
    ({ postgres, stop } = await startPostgresOf(version, folder));
  });
  afterAll(async () => {
    await stop?.();
    removeFolder(folder);
  });

  const at = (user: string, password: string, database: string): string => {
    const url = new URL(postgres.ownerUrl);
    Object.assign(url, { username: user, password, pathname: `/${database}` });
    return url.href;
  };
  const run = async (url: string, statements: readonly string[]): Promise<pg.QueryResult> => {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    try {
      let last: pg.QueryResult | undefined;
      for (const statement of statements) last = await client.query(statement);
      return last as pg.QueryResult;
    } finally {
      await client.end();
    }
  };
  const asAdministrator = (statements: readonly string[], database = 'postgres') => {
    const { password, username } = new URL(postgres.ownerUrl);
    return run(at(username, password, database), statements);
  };
  /** deploy/postgres/roles.sql as an administrator runs it. */
  const runRoles = (password: string | undefined, database = 'postgres'): ToolResult => {
    const { password: administrators, username } = new URL(postgres.ownerUrl);
    return runTool('psql', [at(username, administrators, database), '-f', 'deploy/postgres/roles.sql'], {
      env: password === undefined ? {} : { WEIR_SERVICE_PASSWORD: password },
    });
  };
  const ran = { code: 0, stderr: '' };
  /** Whoever is named owns a database of the name; the role of the services goes with the databases that use it. */
  const afresh = async (): Promise<void> => {
    await asAdministrator(['DROP DATABASE IF EXISTS weir WITH (FORCE)']);
    for (const role of ['weir_app', 'weir', 'weir_service']) await asAdministrator([`DROP ROLE IF EXISTS ${role}`]);
  };

  test('is the version that it says', async () => {
    const { rows } = await asAdministrator([`SELECT current_setting('server_version_num')::int / 10000 AS major`]);
    expect(rows).toEqual([{ major: version }]);
  });

  test('by hand: the statements of the how-to, then weir up, from an event to its verdict', async () => {
    await afresh();
    await asAdministrator(documentedSetUp());
    expect(runRoles('change-me-too')).toMatchObject(ran);
    const asService = at('weir_app', 'change-me-too', 'weir');
    const weir = await startWeirProcess(join(folder, 'claim'), {
      DATABASE_URL: asService,
      DATABASE_OWNER_URL: at('weir', 'change-me', 'weir'),
    });
    await post(weir.url, '/v1/policies', { template: 'gpl-anywhere' }).then(({ body }) =>
      post(weir.url, `/v1/policies/${String(body['policyId'])}/activate`, {}),
    );
    await post(
      weir.url,
      '/v1/events',
      publication('by-hand', 'pkg:npm/free-speech@1.0.0', { license: 'GPL-3.0-only' }),
      'application/cloudevents+json',
    );
    const verdict = await askUntil(
      weir.url,
      `/v1/verdict?purl=${encodeURIComponent('pkg:npm/free-speech@1.0.0')}&repository=npm-dev`,
      ({ status }) => status === 200,
    );
    expect(verdict.body).toMatchObject({ allowed: false, state: 'quarantined' });
    expect(await weir.end('SIGTERM')).toBe(0);
    await expect(run(asService, ['SET ROLE NONE', 'DELETE FROM log.event'])).rejects.toThrow(
      'permission denied for table event',
    );
  });

  test('a login that may create roles needs no administrator for the role of the services', async () => {
    await afresh();
    await asAdministrator([
      `CREATE ROLE weir LOGIN CREATEROLE PASSWORD 'change-me'`,
      'CREATE DATABASE weir OWNER weir',
    ]);
    const migrated = await runWeir(['migrate', '--database', at('weir', 'change-me', 'weir')]);
    expect(migrated, migrated.stderr).toMatchObject({ code: 0 });
  });

  test('a login that may not is told the statement, and a second run after it goes on', async () => {
    await afresh();
    await asAdministrator(documentedSetUp());
    const url = at('weir', 'change-me', 'weir');
    const refused = await runWeir(['migrate', '--database', url]);
    expect(refused.code).toBe(3);
    const [, statement] = /as an administrator: (.*)/.exec(refused.stderr) ?? [];
    expect(statement).toBe('CREATE ROLE weir_service;');
    await asAdministrator([statement ?? '']);
    expect((await runWeir(['migrate', '--database', url])).code).toBe(0);
  });

  /** As the image of PostgreSQL makes POSTGRES_USER and POSTGRES_DB, then by roles.sql. */
  const asTheImage = async (): Promise<void> => {
    await afresh();
    await asAdministrator([`CREATE ROLE weir LOGIN SUPERUSER PASSWORD 'change-me'`, 'CREATE DATABASE weir OWNER weir']);
    expect(runRoles('of-the-services', 'weir')).toMatchObject(ran);
  };
  const expectAppendOnly = async (asService: string): Promise<void> => {
    expect((await run(asService, ['SELECT current_user AS who'])).rows).toEqual([{ who: 'weir_service' }]);
    await expect(run(asService, ['DELETE FROM log.event'])).rejects.toThrow('permission denied for table event');
  };

  test('what Compose runs: after roles.sql, then a service logs in and may only append', async () => {
    await asTheImage();
    const migrated = await runWeir(composeCommand().slice(1), { DATABASE_URL: at('weir', 'change-me', 'weir') });
    expect(migrated, migrated.stderr).toMatchObject({ code: 0 });
    await expectAppendOnly(at('weir_app', 'of-the-services', 'weir'));
  });

  test('what the chart runs, as helm renders it: the schema, then the first key, and again with the next release', async () => {
    await asTheImage();
    const kept = {
      'weir-database': {
        'owner-url': at('weir', 'change-me', 'weir'),
        'service-url': at('weir_app', 'of-the-services', 'weir'),
      },
      'weir-first-key': { 'first-key': FIRST_KEY },
    };
    for (const job of ['weir-migrate', 'weir-first-key', 'weir-migrate', 'weir-first-key']) {
      const result = await runRendered(chart, job, kept, join(folder, job));
      expect(result, result.stderr).toMatchObject({ code: 0 });
    }
    await expectAppendOnly(kept['weir-database']['service-url']);
    const verified = await runRendered(chart, 'weir-log-verify', kept, join(folder, 'weir-log-verify'));
    expect(verified, verified.stderr).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('The log is whole') as string,
    });
    const told = 'SELECT is_whole, events::int FROM log.verification';
    expect((await run(kept['weir-database']['service-url'], [told])).rows).toEqual([{ is_whole: true, events: 1 }]);
    const listed = await runWeir(['keys', 'list', '--json', '--database', kept['weir-database']['service-url']]);
    expect(JSON.parse(listed.stdout)).toMatchObject({ keys: [{ name: 'operator' }] });
  });

  test('roles.sql may be run again: it mends what is missing and takes the password that it is given', async () => {
    await asTheImage();
    expect(runRoles('of-the-services', 'weir')).toMatchObject(ran);
    await asAdministrator([
      'REVOKE weir_service FROM weir_app',
      'ALTER ROLE weir_app NOLOGIN',
      'ALTER ROLE weir_app RESET role',
    ]);
    expect(runRoles(`another's "password"`, 'weir')).toMatchObject(ran);
    const url = new URL(at('weir_app', '', 'weir'));
    url.password = encodeURIComponent(`another's "password"`);
    expect((await run(url.href, ['SELECT current_user AS who'])).rows).toEqual([{ who: 'weir_service' }]);
    await expect(run(at('weir_app', 'of-the-services', 'weir'), ['SELECT 1'])).rejects.toThrow('password');
  });

  test.each([undefined, ''])(
    'roles.sql without a password (%o) says what to set, and makes nothing',
    async (password) => {
      await afresh();
      const { code, stderr } = runRoles(password);
      expect(code).toBe(3);
      expect(stderr).toContain('WEIR_SERVICE_PASSWORD is not set: put the password that weir_app shall have into it');
      expect(
        (await asAdministrator([`SELECT FROM pg_roles WHERE rolname IN ('weir_app', 'weir_service')`])).rows,
      ).toEqual([]);
    },
  );

  test('what goes wrong otherwise is told as what it is, and not as a role that is missing', async () => {
    await afresh();
    await asAdministrator(documentedSetUp());
    await asAdministrator(['ALTER ROLE weir CREATEROLE', 'ALTER ROLE weir SET default_transaction_read_only = on']);
    const { code, stderr } = await runWeir(['migrate', '--database', at('weir', 'change-me', 'weir')]);
    expect(code).toBe(3);
    expect(stderr).toMatch(/read-only transaction/);
    expect(stderr).not.toContain('as an administrator');
  });
});
