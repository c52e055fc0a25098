import { execFile } from 'node:child_process';
import { chmodSync, chownSync, copyFileSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { faultOfDatabaseUrl, withClient } from '@weir/postgres';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  startEmbeddedPostgres,
  type EmbeddedPostgres,
} from '../../apps/weir/src/embedded-postgres/start-embedded-postgres.js';
import { makeAuthority } from '../../tools/testing/certificates.js';
import { startPgBouncer, type PgBouncer } from '../../tools/testing/pgbouncer.js';
import { freePort } from '../../tools/testing/free-port.js';
import { SERVICES } from '../../tools/deploy/service-environment.js';
import { askUntil, post, publication } from '../harness/http.js';
import { removeFolder, repositoryRoot, runWeir, startWeirProcess, temporaryFolder } from '../harness/weir-process.js';
import { render } from './chart.js';
import { runRendered } from './rendered-job.js';

const folder = temporaryFolder();
const HOW_TO = readFileSync(join(repositoryRoot, 'docs/how-to/use-your-own-postgresql.md'), 'utf8');
let postgres: EmbeddedPostgres;

beforeAll(async () => {
  postgres = await startEmbeddedPostgres(join(folder, 'server'));
});
afterAll(async () => {
  await postgres?.stop();
  removeFolder(folder);
});

const at = (url: string, change: Partial<Record<'hostname' | 'pathname' | 'search', string>>): string =>
  Object.assign(new URL(url), change).href;
const asAdministrator = (...statements: string[]): Promise<void> =>
  withClient({ databaseUrl: at(postgres.ownerUrl, { pathname: '/postgres' }), name: 'test' }, async (client) => {
    for (const statement of statements) await client.query(statement);
  });

/** A service as it is started alone, until it ends by itself. */
const runService = async (name: string, env: NodeJS.ProcessEnv): Promise<{ code: number; said: string }> => {
  const port = String(await freePort());
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [join(repositoryRoot, 'apps', name, 'dist', 'main.js')],
      { env: { ...process.env, ...env, PORT: port }, timeout: 60_000 },
      (_fault, stdout, stderr) => resolve({ code: child.exitCode ?? -1, said: stdout + stderr }),
    );
  });
};

describe('PgBouncer in front', () => {
  let pooler: PgBouncer;
  const start = async (mode: 'session' | 'transaction' | 'statement'): Promise<void> => {
    pooler = await startPgBouncer(join(folder, mode), [postgres.ownerUrl, postgres.serviceUrl], mode);
  };
  afterAll(() => pooler?.stop());

  test.each(['transaction', 'statement'] as const)(
    'in mode %s is refused at the start of everything, with the cure',
    async (mode) => {
      await start(mode);
      const [owner, service] = [pooler.through(postgres.ownerUrl), pooler.through(postgres.serviceUrl)];
      const migrated = await runWeir(['migrate', '--database', owner]);
      expect(migrated.code).toBe(3);
      expect(migrated.stderr).toContain('Set the pooler to pool_mode = session');
      const up = await runWeir(['up', '--data', join(folder, `up-${mode}`)], { DATABASE_URL: service });
      expect(up, up.stderr).toMatchObject({ code: 3 });
      expect(up.stderr).toContain('Set the pooler to pool_mode = session');
      if (mode === 'statement') return pooler.stop();
      const services = SERVICES.map((name) => runService(name, { DATABASE_URL: service, ALLOW_NO_KEYS: 'true' }));
      for (const [index, { code, said }] of (await Promise.all(services)).entries()) {
        expect(said, SERVICES[index]).toContain('Set the pooler to pool_mode = session');
        expect(code).toBe(3);
      }
      await pooler.stop();
    },
  );

  test('in mode session is worked through, from the schema to a verdict, with the time limits in force', async () => {
    await start('session');
    const [owner, service] = [pooler.through(postgres.ownerUrl), pooler.through(postgres.serviceUrl)];
    const weir = await startWeirProcess(join(folder, 'up-session'), {
      DATABASE_URL: service,
      DATABASE_OWNER_URL: owner,
    });
    const { body } = await post(weir.url, '/v1/policies', { template: 'gpl-anywhere' });
    await post(weir.url, `/v1/policies/${String(body['policyId'])}/activate`, {});
    const event = publication('pooled', 'pkg:npm/free-speech@1.0.0', { license: 'GPL-3.0-only' });
    await post(weir.url, '/v1/events', event, 'application/cloudevents+json');
    const path = `/v1/verdict?purl=${encodeURIComponent('pkg:npm/free-speech@1.0.0')}&repository=npm-dev`;
    const verdict = await askUntil(weir.url, path, ({ status }) => status === 200);
    expect(verdict.body).toMatchObject({ state: 'quarantined' });
    await withClient({ databaseUrl: service, name: 'test', statementMillis: 1_234 }, async (client) => {
      expect((await client.query('SHOW statement_timeout')).rows).toEqual([{ statement_timeout: '1234ms' }]);
    });
    expect(await weir.end('SIGTERM')).toBe(0);
    await pooler.stop();
  });
});

describe('a server with a certificate', () => {
  let authority: ReturnType<typeof makeAuthority>;
  /** As what the server's name is in its certificate from now on. */
  const serveAs = async (host: string): Promise<void> => {
    const { certificate, key } = authority.sign(host);
    const cluster = join(postgres.folder, 'cluster');
    const { uid, gid } = statSync(cluster);
    const files = [
      [certificate, join(cluster, 'server.crt')],
      [key, join(cluster, 'server.key')],
    ] as const;
    for (const [from, to] of files) {
      copyFileSync(from, to);
      chmodSync(to, 0o600);
      chownSync(to, uid, gid);
    }
    await asAdministrator('ALTER SYSTEM SET ssl = on', 'SELECT pg_reload_conf()');
    await expect.poll(() => connectionTo('sslmode=no-verify')).toBe('encrypted');
  };
  /** What comes of an address: how the connection is, or why there is none. */
  const connectionTo = (query: string): Promise<string> =>
    withClient({ databaseUrl: addressed(query), name: 'test' }, async (client) => {
      const asked = 'SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()';
      return (await client.query<{ ssl: boolean }>(asked)).rows[0]?.ssl === true ? 'encrypted' : 'plain';
    }).catch((fault: unknown) => (fault instanceof Error ? fault.message : String(fault)));
  const addressed = (query: string): string => at(postgres.ownerUrl, { hostname: 'localhost', search: query });

  beforeAll(async () => {
    const certificates = join(folder, 'certificates');
    mkdirSync(certificates);
    authority = makeAuthority(certificates, 'authority');
  });

  /** By the rows of the how-to: what each mode gives with the right authority, without one, and with another name in the certificate. */
  const rows = [...HOW_TO.matchAll(/^\| ([^|]+) \| (plain|encrypted) \| (\S+) \| (\S+) \|$/gm)].flatMap(
    ([, modes = '', connection, ofAuthority, ofName]) =>
      [...modes.matchAll(/`sslmode=([\w-]+)`|no `sslmode`/g)].map(([, mode]) => ({
        mode,
        connection,
        checks: { authority: ofAuthority === 'checked', name: ofName === 'checked' },
      })),
  );

  test('every mode is as the how-to says', async () => {
    expect(rows.map(({ mode }) => mode)).toEqual([
      ...[undefined, 'disable', 'no-verify', 'verify-full', 'verify-ca', 'require', 'prefer'],
    ]);
    for (const host of ['localhost', 'db.example']) {
      await serveAs(host);
      for (const { mode, connection, checks } of rows) {
        const query = mode === undefined ? '' : `sslmode=${mode}`;
        const known = await connectionTo(checks.authority ? `${query}&sslrootcert=${authority.certificate}` : query);
        const named = `${mode} of ${host}`;
        if (checks.name && host !== 'localhost')
          expect(known, named).toContain("does not match certificate's altnames");
        else expect(known, named).toBe(connection);
        if (checks.authority) expect(await connectionTo(query), named).toMatch(/unable to verify|self-signed/);
      }
    }
  });

  test('what would be taken for something else is refused before anybody connects', () => {
    expect(faultOfDatabaseUrl(addressed('sslmode=verify-fully'))).toContain('sslmode=verify-fully, which is none');
    expect(faultOfDatabaseUrl(addressed('sslmode=verify-full&sslrootcert=/nowhere/ca.crt'))).toContain(
      'sslrootcert=/nowhere/ca.crt, which cannot be read',
    );
    const byAddress = at(addressed('sslmode=verify-full'), { hostname: '127.0.0.1' });
    expect(faultOfDatabaseUrl(byAddress)).toContain("give the server's name");
  });

  test('the chart mounts the authority, and its jobs connect by verify-full', async () => {
    await serveAs('localhost');
    const query = 'sslmode=verify-full&sslrootcert=/weir/database/ca.crt';
    const kept = {
      'weir-database': {
        'owner-url': addressed(query),
        'service-url': at(at(postgres.serviceUrl, { hostname: 'localhost' }), { search: query }),
        'ca.crt': readFileSync(authority.certificate, 'utf8'),
      },
      'weir-first-key': { 'first-key': `weir_${'ab'.repeat(6)}_${'cd'.repeat(32)}` },
    };
    const { resources } = render(['database.files={ca.crt}']);
    for (const job of ['weir-migrate', 'weir-first-key']) {
      const result = await runRendered(resources, job, kept, join(folder, job));
      expect(result, result.stderr).toMatchObject({ code: 0 });
    }
    await serveAs('db.example');
    const refused = await runRendered(resources, 'weir-migrate', kept, join(folder, 'weir-migrate'));
    expect(refused.code).toBe(3);
    expect(refused.stderr).toContain("does not match certificate's altnames");
  });
});
