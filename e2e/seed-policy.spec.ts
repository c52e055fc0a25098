import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ask, askUntil, post, publication } from './harness/http.js';
import {
  removeFolder,
  repositoryRoot,
  runWeir,
  startWeirProcess,
  temporaryFolder,
  type RunningWeir,
} from './harness/weir-process.js';

const seed = join(repositoryRoot, 'policies', 'seed-example', 'policy.rego');
const folder = temporaryFolder();
afterAll(() => removeFolder(folder));

const judge = async (input: unknown): Promise<{ match: boolean | null; error: unknown }> => {
  const file = join(folder, 'input.json');
  writeFileSync(file, JSON.stringify(input));
  const { stdout, code, stderr } = await runWeir(['eval', '--policy', seed, '--input', file, '--json']);
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout) as { match: boolean | null; error: unknown };
};
const vulnerability = {
  identifier: 'CVE-2021-23337',
  severity: 'HIGH',
  patched_versions: ['4.17.21'],
  epss: { score: 0.213, percentile: 0.97 },
  title: 'a string member',
  published_date: '2021-05-06',
};
const input = (vulnerabilities: unknown[], repository = 'REPOSITORY-NAME') => ({
  v0: { repository: { name: repository }, vulnerabilities },
});

describe('the policy of the documentation, unchanged, through weir eval', () => {
  test('matches a fixable HIGH vulnerability over the threshold in its repository', async () => {
    expect(await judge(input([vulnerability]))).toMatchObject({ match: true, error: null });
  });

  test.each([
    ['another repository', input([vulnerability], 'other')],
    ['a lower score', input([{ ...vulnerability, epss: { score: 0.2 } }])],
    ['no fix', input([{ ...vulnerability, patched_versions: undefined }])],
    ['another severity', input([{ ...vulnerability, severity: 'CRITICAL' }])],
    [
      'CVE-2023-45853 named by VulnerabilityID',
      input([{ ...vulnerability, identifier: 'CVE-2023-45853', VulnerabilityID: 'CVE-2023-45853' }]),
    ],
    [
      'members that are strings, numbers, lists and null',
      input([{ identifier: 'x', severity: 'HIGH', patched_versions: ['1'], a: 'text', b: 1, c: ['score'], d: null }]),
    ],
  ])('does not match, and does not crash on, %s', async (_, document) => {
    expect(await judge(document)).toMatchObject({ match: false, error: null });
  });
});

describe('the policy of the documentation in a running system', () => {
  const data = temporaryFolder();
  let weir: RunningWeir;
  beforeAll(async () => {
    weir = await startWeirProcess(data);
    for (const [kind, name] of [
      ['osv', 'osv.jsonl.gz'],
      ['epss', 'epss_scores-2026-08-02.csv.gz'],
    ] as const) {
      const body = readFileSync(join(repositoryRoot, 'examples', 'feeds', name));
      expect(
        (
          await ask(weir.url, `/v1/feeds/${kind}`, {
            method: 'POST',
            headers: { 'content-type': 'application/octet-stream' },
            body,
          })
        ).status,
      ).toBeLessThan(300);
    }
    const rego = readFileSync(seed, 'utf8');
    const { body } = await post<{ policyId: string }>(weir.url, '/v1/policies', {
      name: 'Exceeded EPSS',
      rego,
      actions: [
        { type: 'SetPackageState', state: 'quarantined' },
        { type: 'AddPackageTags', tags: ['exceeded-epss'] },
      ],
    });
    await post(weir.url, `/v1/policies/${body.policyId}/activate`, {});
  });
  afterAll(async () => {
    await weir.end('SIGTERM');
    removeFolder(data);
  });

  test('quarantines lodash 4.17.20 in REPOSITORY-NAME, and leaves it alone elsewhere', async () => {
    const purl = 'pkg:npm/lodash@4.17.20';
    await post(
      weir.url,
      '/v1/events',
      [publication('seed-1', purl, { repository: { name: 'REPOSITORY-NAME' } }), publication('seed-2', purl)],
      'application/cloudevents-batch+json',
    );
    const verdict = (repository: string) =>
      askUntil<{ allowed: boolean; package: { tags: string[] } }>(
        weir.url,
        `/v1/verdict?purl=${encodeURIComponent(purl)}&repository=${repository}`,
        ({ status }) => status === 200,
      );
    expect((await verdict('REPOSITORY-NAME')).body).toMatchObject({
      allowed: false,
      package: { tags: ['exceeded-epss'] },
    });
    expect((await verdict('npm-dev')).body).toMatchObject({ allowed: true, package: { tags: [] } });
  });
});
