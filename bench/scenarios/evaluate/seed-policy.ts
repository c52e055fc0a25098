import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { compileModule, findOpa, startPolicyEngine, type PolicyAnswer, type PolicyEngine } from '@weir/policy';
import type { SeedInput } from '../../load/seed-inputs.ts';

/** The policy of the documentation, which both sides judge by. */
export const SEED_POLICY_FILE = fileURLToPath(
  new URL('../../../libs/policy/src/testing/seed-policy.rego', import.meta.url),
);

const KEY = 'seed';
const POLICY = 'seed_0';
const NOW = '2026-08-02T00:00:00Z';

export interface SeedJudge {
  judge(inputs: readonly SeedInput[]): Promise<readonly PolicyAnswer[]>;
  close(): Promise<void>;
}

/** Our engine as the evaluation service has it by default, but for the number of workers. */
export const openSeedJudge = async (folder: string, workers: number): Promise<SeedJudge> => {
  const { digest, wasm } = await compileModule(await findOpa({ cacheDirectory: folder }), [
    { id: POLICY, rego: readFileSync(SEED_POLICY_FILE, 'utf8') },
  ]);
  const engine: PolicyEngine = await startPolicyEngine({ workers, deadlineMillis: 250, memoryMegabytes: 128 });
  await engine.load({ key: KEY, digest, wasm, data: {} });
  return {
    judge: async (inputs) =>
      (
        await engine.evaluate({
          key: KEY,
          inputs: inputs.map(({ bytes }) => ({ input: bytes, now: NOW, asks: [POLICY] })),
        })
      ).flat(),
    close: () => engine.close(),
  };
};

/** How many answers are those that the inputs must have. */
export const rightAnswers = (inputs: readonly SeedInput[], answers: readonly PolicyAnswer[]): number =>
  inputs.filter(({ matches }, index) => answers[index]?.error === null && answers[index]?.match === matches).length;
