import { isDeepStrictEqual } from 'node:util';
import type * as Policy from '@weir/policy';
import { askOpa } from './ask-opa.ts';
import { randomInputs, type Random } from './mutate-input.ts';
import { knownInputs, oraclePolicies, type OraclePolicy } from './oracle-policies.ts';

const now = '2026-08-02T10:20:30.123456789Z';
const nanos = 1_785_666_030_123_456_789n;

/** An input about which OPA and the engine do not say the same. */
export interface Difference {
  readonly policy: string;
  readonly input: unknown;
  readonly opa: unknown;
  readonly here: unknown;
}

export interface Comparison {
  readonly policies: number;
  readonly inputs: number;
  readonly answers: number;
  /** How often `match` was true, false and undefined: a comparison of nothing but defaults shows nothing. */
  readonly matches: Readonly<Record<string, number>>;
  readonly differences: readonly Difference[];
}

export interface ComparisonOptions {
  readonly inputs: number;
  readonly random: Random;
  readonly say: (line: string) => void;
}

/** So many inputs at a time: one process of OPA for each policy and batch. */
const batchSize = 2_000;

const openEngine = async (
  { compileModule, parameterData, startPolicyEngine }: typeof Policy,
  opa: Policy.OpaCompiler,
  policies: readonly OraclePolicy[],
) => {
  const { digest, wasm, reads } = await compileModule(opa, policies);
  const engine = await startPolicyEngine({ workers: 1, deadlineMillis: 10_000, memoryMegabytes: 128 });
  const data = parameterData(Object.fromEntries(policies.map(({ id, parameters }) => [id, parameters])));
  await engine.load({ key: 'oracle', digest, wasm, data, reads });
  return engine;
};

/** Asks native OPA and the engine, which shows a policy what it reads and no more, about the same random inputs. */
export const compareWithOpa = async (
  policy: typeof Policy,
  opa: Policy.OpaCompiler,
  { inputs: count, random, say }: ComparisonOptions,
): Promise<Comparison> => {
  const policies = oraclePolicies();
  const known = knownInputs();
  const engine = await openEngine(policy, opa, policies);
  const differences: Difference[] = [];
  const matches: Record<string, number> = {};
  try {
    for (let done = 0; done < count; done += batchSize) {
      const inputs = randomInputs(random, known, Math.min(batchSize, count - done));
      const asks = policies.map(({ id }) => id);
      const ours = await engine.evaluate({
        key: 'oracle',
        inputs: inputs.map((input) => ({ input: Buffer.from(JSON.stringify(input)), now, asks })),
      });
      policies.forEach((one, place) => {
        askOpa(opa.path, one, inputs, nanos).forEach((document, index) => {
          const answer = ours[index]?.[place];
          const here: unknown = answer?.error ?? JSON.parse(answer?.output ?? 'null');
          const match = String((document as { readonly match?: unknown }).match);
          matches[match] = (matches[match] ?? 0) + 1;
          if (!isDeepStrictEqual(here, document))
            differences.push({ policy: one.id, input: inputs[index], opa: document, here });
        });
      });
      say(`${done + inputs.length} inputs, ${differences.length} differences`);
    }
  } finally {
    await engine.close();
  }
  return { policies: policies.length, inputs: count, answers: policies.length * count, matches, differences };
};
