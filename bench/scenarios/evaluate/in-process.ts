import { openHttpLoad } from '../../load/http-load.ts';
import { seedInput, type SeedInput } from '../../load/seed-inputs.ts';
import { takeTurns, type Turn, type Turns } from '../../measure/take-turns.ts';
import { timed } from '../../measure/timed.ts';
import { startOpaServer } from '../../peers/opa-server.ts';
import type { ScenarioContext } from '../scenario.ts';
import type { EvaluateSettings } from './evaluate.ts';
import { opaTurn } from './opa-turn.ts';
import { openSeedJudge, rightAnswers, SEED_POLICY_FILE, type SeedJudge } from './seed-policy.ts';

const DISTINCT = 2_000;

/** Our engine in this process against OPA's REST interface without a decision log. */
export const compareInProcess = async (
  { folder, cleanup }: ScenarioContext,
  opa: string,
  settings: EvaluateSettings,
): Promise<Turns> => {
  const judge = await openSeedJudge(folder, settings.workers);
  cleanup.add(() => judge.close());
  const server = await startOpaServer({ opa, policy: SEED_POLICY_FILE, folder, cleanup });
  const load = openHttpLoad(server.url, settings.connections);
  cleanup.add(() => load.close());
  const inputs = Array.from({ length: DISTINCT }, (_, number) => seedInput(number));
  const many = (count: number): readonly SeedInput[] =>
    Array.from({ length: count }, (_, index) => inputs[index % DISTINCT] as SeedInput);
  const [ours, theirs] = [many(settings.decisions), many(settings.requests)];
  return takeTurns(
    settings.pairs,
    () => judgeTurn(judge, ours, settings.inputsPerBatch),
    () => opaTurn(load, server.processId, theirs),
  );
};

/** The CPU of this process is the whole cost: workers, messages between threads, answers. */
const judgeTurn = async (judge: SeedJudge, inputs: readonly SeedInput[], perBatch: number): Promise<Turn> => {
  let right = 0;
  const turn = await timed(inputs.length, { processIds: [], here: 'work' }, async () => {
    for (let from = 0; from < inputs.length; from += perBatch) {
      const batch = inputs.slice(from, from + perBatch);
      right += rightAnswers(batch, await judge.judge(batch));
    }
  });
  if (right !== inputs.length)
    throw new Error(`Our engine answered ${inputs.length - right} of ${inputs.length} questions wrongly.`);
  return turn;
};
