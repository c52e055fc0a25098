import type { PolicySet } from '@weir/contracts';
import { digestOf } from '@weir/postgres';
import { expect, test } from 'vitest';
import { readPolicySet } from './load-policy-set.js';

const policy = (reads: PolicySet['policies'][number]['reads']): PolicySet['policies'][number] => ({
  policyId: 'p',
  slot: 'p',
  name: 'p',
  revision: 1,
  revisionDigest: digestOf('p'),
  parameters: {},
  scope: {},
  precedence: 1,
  terminal: false,
  actions: [],
  onError: 'closed',
  reads,
});

const kept = async (reads: PolicySet['policies'][number]['reads']) => {
  const set: PolicySet = { workspace: 'default', module: { wasmDigest: digestOf('wasm') }, policies: [policy(reads)] };
  const read = await readPolicySet(() => Promise.resolve({ bytes: Buffer.from(JSON.stringify(set)) }), 'digest');
  return read?.policies[0]?.reads;
};

const narrow = { inputPaths: ['v0.package.name'], clock: false, builtins: ['equal'] };

test('a policy of which an older Weir found what it reads is shown everything and asked for the time', async () => {
  const everything = { inputPaths: ['*'], clock: true, builtins: [] };
  expect(await kept(narrow)).toEqual(everything);
  expect(await kept({ ...narrow, analysis: 1 })).toEqual(everything);
  expect(await kept({ ...narrow, analysis: 3 })).toEqual(everything);
});

test('a policy of which this Weir found what it reads is shown that', async () => {
  expect(await kept({ ...narrow, analysis: 2 })).toEqual({ ...narrow, analysis: 2 });
});
