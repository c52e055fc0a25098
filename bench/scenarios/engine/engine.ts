import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type * as OpaWasm from '@open-policy-agent/opa-wasm';
import { compileModule, findOpa, startPolicyEngine } from '@weir/policy';
import { seedInput } from '../../load/seed-inputs.ts';
import { figureOf, type Figure } from '../../measure/figure.ts';
import { ratiosByCpu, takeTurns, type Turns } from '../../measure/take-turns.ts';
import { timed } from '../../measure/timed.ts';
import { findOpaBinary } from '../../peers/opa-server.ts';
import { SEED_POLICY_FILE } from '../evaluate/seed-policy.ts';
import { settingsOf, type Scenario, type ScenarioContext } from '../scenario.ts';

const full = { pairs: 5, policies: 50, evaluations: 4_000 };
const config = { full, quick: { ...full, evaluations: 1_000 } };
type Settings = typeof full;

const NOW = '2026-08-02T00:00:00Z';
const sdk = createRequire(import.meta.url)('@open-policy-agent/opa-wasm') as typeof OpaWasm;

/** CPU of our engine, worker, messages and answers included, against a bare call of the SDK with the object in hand. */
export const engine: Scenario = {
  name: 'engine',
  sentence:
    "CPU of one evaluation in our engine against the SDK's evaluate, for one policy and for fifty on the same facts.",
  config,
  run: async (context) => {
    if (findOpaBinary() === null)
      return {
        figures: {},
        flaws: [],
        skipped: ['OPA, which compiles the policies, is neither on the PATH nor in the bin folder of Go'],
        details: {},
      };
    const settings = settingsOf(config, context);
    const outcomes: Record<string, Turns> = {};
    for (const [vulnerabilities, evaluations] of [
      [5, settings.evaluations],
      [200, settings.evaluations / 20],
    ] as const) {
      outcomes[`1 policy, ${vulnerabilities} vulnerabilities`] = await compare(context, settings, {
        policies: 1,
        vulnerabilities,
        evaluations,
      });
      outcomes[`${settings.policies} policies, ${vulnerabilities} vulnerabilities`] = await compare(context, settings, {
        policies: settings.policies,
        vulnerabilities,
        evaluations: evaluations / 20,
      });
    }
    return {
      figures: Object.assign({}, ...Object.entries(outcomes).map(([what, turns]) => figures(what, turns))) as Readonly<
        Record<string, Figure>
      >,
      flaws: [],
      skipped: [],
      details: { settings, outcomes },
    };
  },
};

interface Shape {
  readonly policies: number;
  readonly vulnerabilities: number;
  readonly evaluations: number;
}

/** The same input many times, each time asked of all policies. */
const compare = async (
  { folder, cleanup }: ScenarioContext,
  { pairs }: Settings,
  { policies, vulnerabilities, evaluations }: Shape,
): Promise<Turns> => {
  const rego = readFileSync(SEED_POLICY_FILE, 'utf8');
  const asks = Array.from({ length: policies }, (_, index) => `seed_${index}`);
  const opa = await findOpa({ cacheDirectory: folder });
  const [module, single] = [
    await compileModule(
      opa,
      asks.map((id) => ({ id, rego })),
    ),
    await compileModule(opa, [{ id: 'seed_0', rego }]),
  ];
  const judge = await startPolicyEngine({ workers: 1, deadlineMillis: 5_000, memoryMegabytes: 128 });
  cleanup.add(() => judge.close());
  await judge.load({ key: 'seed', digest: module.digest, wasm: module.wasm, data: {} });
  const policy = await sdk.loadPolicy(single.wasm);
  const { bytes } = seedInput(0, vulnerabilities);
  const object = JSON.parse(bytes.toString()) as object;
  const inputs = Array.from({ length: evaluations }, () => ({ input: bytes, now: NOW, asks }));
  const work = { processIds: [], here: 'work' } as const;
  return takeTurns(
    pairs,
    () =>
      timed(evaluations, work, async () => {
        await judge.evaluate({ key: 'seed', inputs });
      }),
    () =>
      timed(evaluations, work, async () => {
        for (let call = 0; call < evaluations * policies; call += 1) policy.evaluate(object, 'weir_answers/p_seed_0');
      }),
  );
};

const figures = (what: string, turns: Turns): Readonly<Record<string, Figure>> => ({
  [`${what}: SDK against engine, ratio by CPU`]: figureOf(ratiosByCpu(turns), 'ratio'),
  [`${what}: engine CPU`]: figureOf(
    turns.ours.map(({ cpuMicros }) => cpuMicros),
    'us',
  ),
  [`${what}: SDK CPU`]: figureOf(
    turns.theirs.map(({ cpuMicros }) => cpuMicros),
    'us',
  ),
});
