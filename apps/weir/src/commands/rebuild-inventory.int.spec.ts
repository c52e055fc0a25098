import { afterAll, beforeAll, expect, test } from 'vitest';
import { observedOf, openTestEnrichment, type TestEnrichment } from '../../../../tools/testing/enrichment-for-tests.js';
import { createTestDatabase } from '../../../../tools/testing/test-database.js';
import { exitCodeOf } from './exit-code-of.js';
import { rebuildInventoryCommand } from './rebuild-inventory.js';

let enrichment: TestEnrichment;

beforeAll(async () => {
  enrichment = await openTestEnrichment();
  const purl = 'pkg:npm/rebuilt@1.0.0';
  await enrichment.observe(observedOf(purl), observedOf(purl, { kind: 'downloaded' }));
});

afterAll(() => enrichment.close());

const run = async (databaseUrl: string, json: boolean) => {
  const said = { stdout: '', stderr: '' };
  const output = { stdout: (text: string) => (said.stdout += text), stderr: (text: string) => (said.stderr += text) };
  const code = await exitCodeOf({ output, json }, (watched) =>
    rebuildInventoryCommand({ databaseUrl, json, clock: () => new Date(enrichment.clock.now) }, watched),
  );
  return { code, ...said };
};

test('tells what it mended, as one JSON document or as a sentence', async () => {
  expect(await run(enrichment.databaseUrl, false)).toEqual({
    code: 0,
    stdout: '1 package from 2 observations: 0 mended, 0 to judge again.',
    stderr: '',
  });
  await enrichment.asOwner('TRUNCATE intelligence.inventory');
  const { code, stdout, stderr } = await run(enrichment.databaseUrl, true);
  expect({ code, stderr, answer: JSON.parse(stdout) as unknown }).toEqual({
    code: 0,
    stderr: '',
    answer: { packages: 1, observations: 2, mended: 1, queued: 1, lost: 0 },
  });
});

test('says what to do when the database has no ledger or cannot be reached', async () => {
  const empty = await createTestDatabase();
  expect(await run(empty.serviceUrl, true)).toMatchObject({
    code: 3,
    stdout: expect.stringMatching(/^\{"error":.*run `weir migrate` first/) as string,
    stderr: expect.stringContaining('run `weir migrate` first') as string,
  });
  await empty.drop();
  expect(await run('postgres://nobody@127.0.0.1:1/none', true)).toMatchObject({
    code: 3,
    stdout: expect.stringMatching(/^\{"error":/) as string,
  });
});
