import { randomBytes } from 'node:crypto';
import { MAX_PURL_LENGTH } from '@weir/contracts';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MAX_PACKAGE_KEY_BYTES, packageKey } from '@weir/domain';
import { eventStoreMigrations } from '@weir/event-store';
import { messagingMigrations } from '@weir/messaging';
import { actionMigrations } from '../apps/action/src/action-migrations.js';
import { apiMigrations } from '../apps/api/src/api-migrations.js';
import { recordOf } from '../apps/enrichment/src/load-osv/osv-record.js';
import { openRows } from '../apps/enrichment/src/load-epss/read-epss-rows.js';
import { skippedRecords } from '../apps/enrichment/src/feeds/skipped-records.js';
import { readKevEntry } from '../apps/enrichment/src/load-kev/read-kev-entry.js';
import { enrichmentMigrations } from '../apps/enrichment/src/enrichment-migrations.js';
import { evaluationMigrations } from '../apps/evaluation/src/evaluation-migrations.js';
import { checkEvent } from '../apps/ingest/src/accept-events/check-event.js';
import { observePackage } from '../apps/ingest/src/accept-events/observe-package.js';
import { migrateTestDatabase } from './testing/migrate-test-database.js';
import { chanceOf, givenSeed, type Chance } from './testing/random-cases.js';
import { createTestDatabase } from './testing/test-database.js';

/** Most bytes of each kind of text, and what holds it. */
const BOUND = {
  'key of a package': MAX_PACKAGE_KEY_BYTES, // observe-package.ts
  'name of a package': MAX_PACKAGE_KEY_BYTES, // a part of its key, which holds it percent-encoded
  'purl of a package': MAX_PURL_LENGTH, // parse-package-url.ts: percent-encoded, so of one byte each
  'name of a repository': 300, // package-event.ts: 100 characters
  'name of a workspace': 63, // workspace-name.ts
  'id of an observation': 510, // package-event.ts
  'source of an observation': 2048, // package-event.ts
  'name of a package in an advisory': 1024, // stage-advisories.ts
  'id of a vulnerability': 255, // osv-record.ts, parse-advisory.ts
  'id of a CVE': 28, // read-epss-rows.ts, read-kev-entry.ts: CVE-2026- and up to 19 digits
  tag: 300, // policy-http.ts: 100 characters
  'name of an endpoint': 64, // read-endpoints.ts
  digest: 71,
  'of Weir': 64, // shards, topics, feeds, ecosystems, states and ids that Weir makes
  'group of Kafka': 255, // upstreams-file.ts
} as const;

type Kind = keyof typeof BOUND;

/** Every text that an index holds. */
const INDEXED: Readonly<Record<string, Kind>> = {
  'action.delivery.effect_id': 'of Weir',
  'action.delivery.endpoint': 'name of an endpoint',
  'action.delivery.package_key': 'key of a package',
  'action.delivery.shard': 'of Weir',
  'action.effect.effect_id': 'of Weir',
  'action.effect.status': 'of Weir',
  'action.package.package_key': 'key of a package',
  'action.source.shard': 'of Weir',
  'action.source.source_shard': 'of Weir',
  'action.waiting.package_key': 'key of a package',
  'action.waiting.source_shard': 'of Weir',
  'api.accepted.package_key': 'key of a package',
  'api.accepted.purl': 'purl of a package',
  'api.accepted_position.topic': 'of Weir',
  'api.decision_hour.workspace': 'name of a workspace',
  'api.decision_view.id': 'of Weir',
  'api.decision_view.purl': 'purl of a package',
  'api.effect_view.effect_id': 'of Weir',
  'api.effect_view.package_key': 'key of a package',
  'api.follower.shard': 'of Weir',
  'api.package_view.name': 'name of a package',
  'api.package_view.package_key': 'key of a package',
  'api.package_view.presence': 'of Weir',
  'api.package_view.purl': 'purl of a package',
  'api.package_view.repository': 'name of a repository',
  'api.package_view.state': 'of Weir',
  'api.package_view.tags': 'tag',
  'api.package_view.workspace': 'name of a workspace',
  'evaluation.judgement.conditions': 'digest',
  'evaluation.judgement.package_key': 'key of a package',
  'evaluation.judgement.shard': 'of Weir',
  'evaluation.judgement.workspace': 'name of a workspace',
  'evaluation.observation.id': 'id of an observation',
  'evaluation.observation.source': 'source of an observation',
  'evaluation.relay.shard': 'of Weir',
  'evaluation.swept.shard': 'of Weir',
  'intelligence.advisory.id': 'id of a vulnerability',
  'intelligence.advisory_affects.advisory_id': 'id of a vulnerability',
  'intelligence.advisory_affects.ecosystem': 'of Weir',
  'intelligence.advisory_affects.package_name': 'name of a package in an advisory',
  'intelligence.ecosystem_load.ecosystem': 'of Weir',
  'intelligence.epss_history.cve': 'id of a CVE',
  'intelligence.epss_score.cve': 'id of a CVE',
  'intelligence.feed_awaited.feed': 'of Weir',
  'intelligence.feed_awaited.key': 'id of a CVE',
  'intelligence.feed_held_back.feed': 'of Weir',
  'intelligence.feed_load.feed': 'of Weir',
  'intelligence.inventory.ecosystem': 'of Weir',
  'intelligence.inventory.package_key': 'key of a package',
  'intelligence.inventory.package_name': 'name of a package',
  'intelligence.inventory_vulnerability.package_key': 'key of a package',
  'intelligence.inventory_vulnerability.vulnerability_id': 'id of a vulnerability',
  'intelligence.kev.cve': 'id of a CVE',
  'intelligence.observation.id': 'id of an observation',
  'intelligence.observation.package_key': 'key of a package',
  'intelligence.observation.source': 'source of an observation',
  'intelligence.observation.workspace': 'name of a workspace',
  'intelligence.position.topic': 'of Weir',
  'log.event.shard': 'of Weir',
  'log.evidence.digest': 'digest',
  'log.shard_head.shard': 'of Weir',
  'topic.group_position.group': 'group of Kafka',
  'topic.group_position.topic': 'of Weir',
  'topic.identity.topic': 'of Weir',
  'topic.message.topic': 'of Weir',
  'topic.partition_head.topic': 'of Weir',
};

interface IndexedColumn {
  readonly index: string;
  readonly method: string;
  /** Schema, table and column; of an expression that of the column that it is made of. */
  readonly column: string;
  readonly type: string;
}

/** Each column of each index, those of an expression as the columns it reads. */
const COLUMNS = `
  SELECT x.indexrelid::regclass::text AS index, m.amname AS method, format_type(a.atttypid, NULL) AS type,
         n.nspname || '.' || t.relname || '.' || a.attname AS column
    FROM pg_index x
    JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_am m ON m.oid = i.relam
    JOIN pg_class t ON t.oid = x.indrelid JOIN pg_namespace n ON n.oid = t.relnamespace
    JOIN pg_attribute a ON a.attrelid = t.oid AND (a.attnum = ANY (x.indkey) OR EXISTS (
         SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = x.indexrelid
            AND d.refobjid = t.oid AND d.refobjsubid = a.attnum AND x.indexprs IS NOT NULL))
   WHERE n.nspname NOT IN ('pg_catalog', 'pg_toast', 'information_schema', 'public') AND a.attnum > 0
   ORDER BY 1, 4`;

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let client: pg.Client;
let columns: readonly IndexedColumn[];

beforeAll(async () => {
  database = await createTestDatabase();
  await migrateTestDatabase(database, [
    ...eventStoreMigrations,
    ...messagingMigrations,
    ...enrichmentMigrations,
    ...evaluationMigrations,
    ...actionMigrations,
    ...apiMigrations,
  ]);
  client = new pg.Client({ connectionString: database.ownerUrl });
  await client.connect();
  ({ rows: columns } = await client.query<IndexedColumn>(COLUMNS));
});

afterAll(async () => {
  await client.end();
  await database.drop();
});

const isText = ({ type }: IndexedColumn): boolean => /^(?:text|character)/.test(type);

/** Random, so that an index cannot compress it. */
const randomText = (bytes: number): string => randomBytes(bytes).toString('base64').slice(0, bytes);

describe('what an index holds', () => {
  test('has a bound wherever it is text', () => {
    expect([...new Set(columns.filter(isText).map(({ column }) => column))].toSorted()).toEqual(
      Object.keys(INDEXED).toSorted(),
    );
  });

  test('fits into each index at its longest', async () => {
    const indexes = Map.groupBy(columns, ({ index }) => index);
    expect(indexes.size).toBeGreaterThan(40);
    for (const [index, parts] of indexes) {
      const names = parts.map((_, i) => `c${i}`);
      const values = parts.map((part) => {
        const kind = INDEXED[part.column];
        const text = randomText(kind === undefined ? 0 : BOUND[kind]);
        return !isText(part) ? '0' : part.type.endsWith('[]') ? `ARRAY['${text}']` : `'${text}'`;
      });
      const types = parts.map((part, i) => `c${i} ${isText(part) ? part.type : 'bigint'}`);
      const method = parts[0]?.method ?? '';
      await client.query(
        `CREATE TEMPORARY TABLE longest (${types.join(', ')}); CREATE INDEX ON longest USING ${method} (${names.join(', ')})`,
      );
      const filled = client.query(`INSERT INTO longest VALUES (${values.join(', ')})`);
      await expect(filled, `${index} of ${parts.map(({ column }) => column).join(', ')}`).resolves.toBeDefined();
      await client.query('DROP TABLE longest');
    }
  });
});

/** As many characters as a text may have, or some fewer, of one to four bytes each. */
const longText = (chance: Chance, most: number): string => {
  const sign = chance.pick(['a', 'é', '詞', '😀', '+', "'", ' x']);
  return sign.repeat(Math.max(1, Math.floor((most * chance.pick([0.2, 0.4, 0.7, 1, 1.01])) / sign.length)));
};

describe('what is accepted is within its bounds', () => {
  const seed = givenSeed();
  const chance = chanceOf(seed);
  const within = (kind: Kind, text: string): void =>
    expect(Buffer.byteLength(text), `SEED=${seed} ${kind}`).toBeLessThanOrEqual(BOUND[kind]);

  test('of events', () => {
    let accepted = 0;
    for (let i = 0; i < 5000; i += 1) {
      const some = (usual: string, most: number) => (chance.happens(0.6) ? usual : longText(chance, most));
      const checked = checkEvent({
        pointer: (path: string) => path,
        event: {
          specversion: '1.0',
          id: some('1', 255),
          source: some('/x', 2048),
          type: 'dev.weir.package.published.v1',
          data: {
            workspace: some('default', 63),
            repository: { name: some('npm-dev', 100) },
            purl: `pkg:npm/${encodeURIComponent(some('a', 1000))}@${encodeURIComponent(some('1.0.0', 1000))}`,
          },
        },
      });
      if (!('type' in checked)) continue;
      const observed = observePackage(checked, new Date());
      if (!('package' in observed)) continue;
      accepted += 1;
      within('id of an observation', observed.observation.id);
      within('source of an observation', observed.observation.source);
      within('name of a workspace', observed.workspace);
      within('name of a repository', observed.repository.name);
      within('name of a package', observed.package.name);
      within('purl of a package', observed.package.purl);
      within('key of a package', packageKey(observed.workspace, observed.repository.name, observed.package.purl));
    }
    expect(accepted).toBeGreaterThan(500);
  });

  test('of feeds', () => {
    let accepted = 0;
    for (let i = 0; i < 5000; i += 1) {
      const read = recordOf(
        { line: 1 },
        {
          id: longText(chance, 255),
          modified: '2026-01-01T00:00:00Z',
          aliases: [longText(chance, 255), `CVE-2026-${longText(chance, 4000)}`],
          upstream: [`CVE-2026-${'1'.repeat(chance.below(400))}`],
        },
      );
      const cve = `CVE-2026-${'1'.repeat(chance.below(40))}`;
      within('id of a CVE', readKevEntry({ cveID: cve }).record?.cve ?? '');
      const rows = openRows(skippedRecords()).read([{ number: 1, ended: true, bytes: Buffer.from(`${cve},0.1,0.1`) }]);
      within('id of a CVE', rows.scores.split('\t')[0] ?? '');
      if ('refused' in read) continue;
      accepted += 1;
      const { aliases, upstream } = JSON.parse(read.text) as Record<'aliases' | 'upstream', readonly string[]>;
      for (const id of [read.id, ...aliases, ...upstream]) within('id of a vulnerability', id);
    }
    expect(accepted).toBeGreaterThan(500);
  });
});
