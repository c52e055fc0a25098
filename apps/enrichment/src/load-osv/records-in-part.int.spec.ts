import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { observedOf, openTestEnrichment, type TestEnrichment } from '../../../../tools/testing/enrichment-for-tests.js';

let enrichment: TestEnrichment;

beforeAll(async () => {
  enrichment = await openTestEnrichment();
});

afterAll(() => enrichment.close());

const entry = (name: string, fixed: string) => ({
  package: { ecosystem: 'npm', name },
  ranges: [{ type: 'SEMVER', events: [{ introduced: '0' }, { fixed }] }],
});

const load = (...records: readonly object[]) =>
  enrichment.load('osv', Readable.from([Buffer.from(records.map((record) => JSON.stringify(record)).join('\n'))]));

const stored = async (id: string): Promise<unknown> => {
  const { rows } = await enrichment.pool.query<{ record: string }>(
    'SELECT record FROM intelligence.advisory WHERE id = $1',
    [id],
  );
  return rows[0] && JSON.parse(rows[0].record);
};

const packagesOf = async (id: string): Promise<readonly string[]> => {
  const { rows } = await enrichment.pool.query<{ name: string }>(
    'SELECT package_name AS name FROM intelligence.advisory_affects WHERE advisory_id = $1 ORDER BY 1',
    [id],
  );
  return rows.map(({ name }) => name);
};

test('a record with one bad member is taken without it, and told with its line and path', async () => {
  const bad = {
    id: 'PART-1',
    modified: '2026-01-01T00:00:00Z',
    severity: [{ type: 'CVSS_V3', score: 7.5 }],
    references: [{ type: 'WEB' }, { type: 'WEB', url: 'https://example.com/' }],
    affected: [entry('part', '2.0.0')],
  };
  expect(await load({ ...bad, id: 'WHOLE-1', severity: [], references: [] }, bad)).toMatchObject({
    records: 2,
    added: 2,
    skippedRecords: 0,
    incompleteRecords: 1,
    incomplete: [
      {
        line: 2,
        id: 'PART-1',
        reason: 'severity.0.score is a number: give text; references.0.url is required: give text',
      },
    ],
  });
  expect(await stored('PART-1')).toMatchObject({
    severity: [],
    references: [{ url: 'https://example.com/' }],
    affected: bad.affected,
  });
  expect(await load(bad), 'the same again').toMatchObject({ changed: 0, unchanged: 1, incompleteRecords: 1 });
});

test('what was known of a record stays where a newer one cannot be read; the next whole one replaces all', async () => {
  const at = (day: string, told: object) => ({ id: 'PART-2', modified: `2026-02-0${day}T00:00:00Z`, ...told });
  await load(at('1', { aliases: ['CVE-2026-1'], affected: [entry('one', '1.0.0'), entry('two', '1.0.0')] }));

  const unreadable = at('2', { aliases: 7, affected: 'none' });
  expect(await load(unreadable)).toMatchObject({ changed: 1, incompleteRecords: 1 });
  expect(await packagesOf('PART-2')).toEqual(['one', 'two']);
  expect(await stored('PART-2')).toMatchObject({ modified: '2026-02-02T00:00:00Z', aliases: ['CVE-2026-1'] });
  expect(await load(unreadable), 'the same again').toMatchObject({ changed: 0, unchanged: 1 });

  await load(at('3', { affected: [{ ...entry('one', '3.0.0'), versions: 7 }] }));
  expect(await packagesOf('PART-2'), 'of two the record says nothing any more').toEqual(['one']);
  expect(await stored('PART-2')).toMatchObject({ affected: [entry('one', '3.0.0'), entry('one', '1.0.0')] });

  await load(at('4', { affected: [entry('three', '1.0.0')] }));
  expect(await stored('PART-2')).toEqual(at('4', { affected: [entry('three', '1.0.0')] }));
  expect(await packagesOf('PART-2')).toEqual(['three']);
});

test('a record without id or time is skipped, and what was known stays', async () => {
  await load({ id: 'PART-3', modified: '2026-01-01T00:00:00Z', affected: [entry('kept', '1.0.0')] });
  const whole = { id: 'WHOLE-2', modified: '2026-01-01T00:00:00Z', affected: [entry('x', '1.0.0')] };
  expect(await load(whole, { id: 'PART-3', modified: 5, affected: [] }, { id: 7, modified: 'x' })).toMatchObject({
    skippedRecords: 2,
    incompleteRecords: 0,
  });
  expect(await packagesOf('PART-3')).toEqual(['kept']);
});

/** Random, so that an index cannot compress it. */
const endless = (bytes: number): string => randomBytes(bytes).toString('base64').slice(0, bytes);

test.each(['aliases', 'upstream', 'related'])(
  'ids without an end in %s are left out and told, and the packages of the record are judged',
  async (member) => {
    const name = `endless-${member}`;
    const record = {
      id: `ENDLESS-${member}`,
      modified: '2026-01-01T00:00:00Z',
      [member]: [`GHSA-${endless(3000)}`, `CVE-2026-${'1'.repeat(300)}`, 'CVE-2026-7777'],
      affected: [entry(name, '2.0.0')],
    };
    expect(await load(record)).toMatchObject({
      added: 1,
      incomplete: [
        {
          id: record.id,
          reason: `${member}.0 has 3005 bytes: use at most 255; ${member}.1 has 309 bytes: use at most 255`,
        },
      ],
    });
    await enrichment.observe(observedOf(`pkg:npm/${name}@1.0.0`));
    const { rows } = await enrichment.pool.query(
      'SELECT vulnerability_id AS id FROM intelligence.inventory_vulnerability WHERE package_key LIKE $1',
      [`%${name}%`],
    );
    expect(rows).toEqual([{ id: member === 'related' ? record.id : 'CVE-2026-7777' }]);
  },
);

test('a record whose own id is longer than an index holds is skipped with its reason', async () => {
  const record = (id: string) => ({ id, modified: '2026-01-01T00:00:00Z', affected: [entry('long-id', '2.0.0')] });
  expect(await load(record('\u8a5e'.repeat(85)), record('\u8a5e'.repeat(86)), record('i'.repeat(256)))).toMatchObject({
    added: 1,
    skipped: [
      { line: 2, reason: 'id has 258 bytes: use at most 255' },
      { line: 3, reason: expect.stringContaining('255') as string },
    ],
  });
});

test('what a version before took of such ids is not read any more', async () => {
  const record = {
    id: 'ENDLESS-BEFORE',
    modified: '2026-01-01T00:00:00Z',
    affected: [entry('endless-before', '2.0.0')],
  };
  await load(record);
  await enrichment.pool.query('UPDATE intelligence.advisory SET record = $2, digest = $3 WHERE id = $1', [
    record.id,
    JSON.stringify({ ...record, aliases: [`GHSA-${endless(3000)}`] }),
    'sha256:before',
  ]);
  await enrichment.observe(observedOf('pkg:npm/endless-before@1.0.0'));
  const { rows } = await enrichment.pool.query(
    `SELECT vulnerability_id AS id FROM intelligence.inventory_vulnerability WHERE package_key LIKE '%endless-before%'`,
  );
  expect(rows).toEqual([{ id: record.id }]);
});
