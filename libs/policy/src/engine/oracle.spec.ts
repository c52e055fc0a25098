import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { OpaCompiler } from '../compile/opa-compiler.js';
import { bytesOf, engineFor, fixedNanos, fixedNow, patientOptions } from '../testing/engine-for-tests.js';
import { compilerForTests, compilerTimeout, evalNatively } from '../testing/native-opa.js';
import { oraclePolicies, seedPolicy } from '../testing/oracle-policies.js';
import { randomInputs } from '../testing/random-inputs.js';
import type { PolicyAnswer, PolicyEngine } from './policy-engine.js';

vi.setConfig({ testTimeout: 60_000 });

const seed = 20_260_802;
const inputs = randomInputs(150, seed);
const ids = Object.keys(oraclePolicies);
const parameters = { epss: 0.2, list: [1, { a: 'b' }] };

let opa: OpaCompiler;
let engines: readonly PolicyEngine[] = [];
let answers: readonly (readonly PolicyAnswer[])[] = [];

const everything = { key: 'key', inputs: inputs.map((input) => ({ input: bytesOf(input), now: fixedNow, asks: ids })) };
/** Of an engine that shows policies only what they read, the first time and the second. */
let narrowAnswers = answers;
let againAnswers = answers;

const untimed = (rows: typeof answers) =>
  rows.map((row) =>
    row.map(({ policyId, match, reasons, output, error, timing }) => ({
      policyId,
      match,
      reasons,
      output,
      error,
      timing,
    })),
  );

/** OPA's Wasm cannot replace a member of an input that is no object (it writes through it): native OPA can. */
const isObject = (input: unknown): boolean => typeof input === 'object' && input !== null && !Array.isArray(input);
const agreed = (id: string) => inputs.flatMap((input, index) => (id !== 'replaced' || isObject(input) ? [index] : []));

const inOrder = (value: unknown): unknown => JSON.parse(JSON.stringify(value)) as unknown;

describe(`all policies in one module against native OPA, ${inputs.length} inputs of seed ${seed}`, () => {
  beforeAll(async () => {
    opa = await compilerForTests();
    const perPolicy = Object.fromEntries(ids.map((id) => [id, parameters]));
    const [all, narrow] = [
      await engineFor(opa, oraclePolicies, patientOptions, perPolicy),
      await engineFor(opa, oraclePolicies, patientOptions, perPolicy, 'what is read'),
    ];
    engines = [all, narrow];
    answers = await all.evaluate(everything);
    narrowAnswers = await narrow.evaluate(everything);
    againAnswers = await narrow.evaluate(everything);
  }, compilerTimeout);
  afterAll(() => Promise.all(engines.map((engine) => engine.close())));

  it.each(ids)('%s gives the same package document for every input', async (id) => {
    const judged = agreed(id);
    const judgedInputs = judged.map((index) => inputs[index]);
    const native = await evalNatively(opa, oraclePolicies[id] ?? '', judgedInputs, fixedNanos, parameters);
    const ours = judged.map((index) => answers[index]?.find(({ policyId }) => policyId === id));
    expect(ours.map((answer) => answer?.error)).toEqual(judgedInputs.map(() => null));
    expect(ours.map((answer) => inOrder(JSON.parse(answer?.output ?? '')))).toEqual(native.map(inOrder));
    const matches = native.map((document) => (document as { readonly match?: boolean }).match ?? null);
    expect(ours.map((answer) => answer?.match)).toEqual(matches);
  });

  it('gives byte for byte the same when a policy is shown no more than it reads, asked anew or remembered', () => {
    expect(untimed(narrowAnswers)).toEqual(untimed(answers));
    expect(untimed(againAnswers)).toEqual(untimed(answers));
    const evaluations = (rows: typeof answers) => rows.flat().filter(({ durationMicros }) => durationMicros > 0).length;
    expect(evaluations(againAnswers)).toBeLessThan(evaluations(narrowAnswers) / 2);
  });

  it('answers with an error where Wasm cannot replace a member of an input that is no object', () => {
    const faulty = inputs.flatMap((input, index) =>
      isObject(input) ? [] : [answers[index]?.find(({ policyId }) => policyId === 'replaced')],
    );
    expect(faulty).toHaveLength(5);
    expect(faulty.map((answer) => [answer?.match, answer?.error?.code])).toEqual(
      faulty.map(() => [null, 'engine_fault']),
    );
  });

  it('tells undefined from false', () => {
    const matchesOf = (id: string) => new Set(answers.map((row) => row.find(({ policyId }) => policyId === id)?.match));
    expect(matchesOf('undefined_match')).toEqual(new Set([null, true]));
    expect(matchesOf('false_match')).toEqual(new Set([false, true]));
  });

  it('uses the seed policy byte for byte', () => {
    expect(seedPolicy).toContain('import rego.v1\n\ndefault match := false\nmax_epss := 0.2\n');
    expect(seedPolicy).toHaveLength(612);
  });
});
