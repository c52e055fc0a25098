import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ask, askUntil, post, publication } from './harness/http.js';
import { removeFolder, runWeir, startWeirProcess, temporaryFolder, type RunningWeir } from './harness/weir-process.js';

const data = temporaryFolder();
const files = temporaryFolder();
let weir: RunningWeir;

beforeAll(async () => {
  weir = await startWeirProcess(data);
  for (const name of ['left-pad', 'is-odd', 'lodash'])
    await post(
      weir.url,
      '/v1/events',
      publication(name, `pkg:npm/${name}@1.0.0`, { license: 'GPL-3.0-only' }),
      'application/cloudevents+json',
    );
  await askUntil<{ items?: readonly unknown[] }>(weir.url, '/v1/packages', ({ body }) =>
    JSON.stringify(body).includes('lodash'),
  );
});
afterAll(async () => {
  await weir.end('SIGTERM');
  removeFolder(data);
  rmSync(files, { recursive: true });
});

const describePolicy = (folder: string, yaml: string, rego?: string): void => {
  mkdirSync(join(files, folder), { recursive: true });
  writeFileSync(join(files, folder, 'policy.yaml'), yaml);
  if (rego !== undefined) writeFileSync(join(files, folder, 'policy.rego'), rego);
};
const policy = (...args: readonly string[]) => runWeir(['policy', ...args, '--url', weir.url]);
const isAllowed = async (name: string): Promise<boolean> =>
  (await ask<{ allowed: boolean }>(weir.url, `/v1/verdict?purl=${encodeURIComponent(`pkg:npm/${name}@1.0.0`)}`)).body
    .allowed;
const verdicts = () => Promise.all(['left-pad', 'is-odd', 'lodash'].map(isAllowed));

const LEFT_PAD = 'package cloudsmith\ndefault match := false\nmatch if input.v0.package.name == "left-pad"\n';

test('a folder is tried, then applied, and everything is judged by it when the command ends', async () => {
  describePolicy('licences', 'name: No GPL\ntemplate: gpl-anywhere\nactive: false\n');
  describePolicy('names', 'name: No left-pad\nactions: [{ type: SetPackageState, state: quarantined }]\n', LEFT_PAD);
  const tried = await policy('apply', files, '--dry-run');
  expect(tried).toMatchObject({ code: 0 });
  expect(tried.stdout).toContain('+ no-left-pad (No left-pad): new, active none -> 1');
  expect(tried.stdout).toContain('Nothing was changed: --dry-run.');
  expect((await ask(weir.url, '/v1/policies')).body).toEqual({ policies: [] });

  const applied = await policy('apply', files, '--wait');
  expect(applied.stdout).toContain('Done, all at once.');
  expect(applied.stdout).toContain('Every package is judged by them.');
  expect(applied.code).toBe(0);
  expect(await verdicts()).toEqual([false, true, true]);
  expect((await policy('apply', files)).stdout).toBe('The policies are as described.\n');
});

test('what is wrong in one file keeps all as it was, and the file and the field are named', async () => {
  describePolicy('licences', 'name: No GPL\ntemplate: gpl-anywhere\n');
  describePolicy('broken', 'name: Broken\n', 'package cloudsmith\nmatch if {\n');
  const refused = await policy('apply', files);
  expect(refused.code).toBe(1);
  expect(refused.stderr).toContain(join(files, 'broken', 'policy.yaml'));
  expect(await verdicts()).toEqual([false, true, true]);
  describePolicy('broken', 'name: Broken\nprecedense: 3\n', LEFT_PAD);
  expect(await policy('apply', files)).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('has no field precedense') as string,
  });
  rmSync(join(files, 'broken'), { recursive: true });
});

test('what is not described any more is turned off only when that is asked for', async () => {
  rmSync(join(files, 'names'), { recursive: true });
  expect((await policy('apply', files, '--wait')).stdout).toContain('~ no-gpl (No GPL): active none -> 1');
  const pruned = await policy('apply', files, '--prune', '--wait', '--json');
  expect(JSON.parse(pruned.stdout)).toMatchObject({
    changed: [{ policyId: 'no-left-pad', activeBefore: 1, activeAfter: null }],
    judged: true,
  });
  expect(await verdicts()).toEqual([false, false, false]);
});

test('one policy is turned off, waited for, and retired; lists leave it out then', async () => {
  expect(await policy('retire', 'no-gpl')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('Deactivate it first') as string,
  });
  expect(await policy('deactivate', 'no-gpl', '--wait')).toMatchObject({
    code: 0,
    stdout: 'no-gpl is not active any more. Every package is judged by what is active now.\n',
  });
  expect(await verdicts()).toEqual([true, true, true]);
  expect((await policy('retire', 'no-gpl')).stdout).toBe('no-gpl is retired.\n');
  expect((await policy('list')).stdout).not.toContain('no-gpl\t');
  expect((await policy('list', '--retired')).stdout).toContain('default\tno-gpl\tretired');
  expect((await policy('activate', 'no-left-pad', '--revision', '1', '--wait', '5')).stdout).toContain(
    'Revision 1 of no-left-pad is active. Every package is judged by what is active now.',
  );
});
