import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PolicyEngine } from '../../engine/policy-engine.js';
import { startPolicyEngine } from '../../engine/pool/start-policy-engine.js';
import { patientOptions } from '../engine-for-tests.js';
import { compilerForTests, compilerTimeout } from '../native-opa.js';
import { differenceOf, type Answer } from './answer-to-case.js';
import { isPolicy } from './case-as-policy.js';
import { conformanceCases, type ConformanceCase } from './conformance-case.js';
import differing from './differing-cases.json' with { type: 'json' };
import { runModules } from './run-modules.js';
import { runPolicies } from './run-policies.js';

const cases = new Map<string, ConformanceCase>(conformanceCases().map((one, index) => [`c${index}`, one]));
const inTwo = Map.groupBy(cases, ([, one]) => isPolicy(one));
const noted = (id: string): string => cases.get(id)?.note ?? id;

let engine: PolicyEngine | undefined;
let answers: ReadonlyMap<string, Answer> = new Map();

const linesOf = (found: readonly (readonly [string, string])[]): string =>
  `${found.map(([note, reason]) => `${note}\t${reason.replaceAll('\n', ' ')}`).join('\n')}\n`;

describe(`OPA's own suite of ${cases.size} cases`, () => {
  beforeAll(async () => {
    const opa = await compilerForTests();
    engine = await startPolicyEngine(patientOptions);
    const policies = await runPolicies(opa, engine, new Map(inTwo.get(true)));
    answers = new Map([...policies, ...(await runModules(opa, engine, new Map(inTwo.get(false))))]);
  }, compilerTimeout);
  afterAll(() => engine?.close());

  it('is answered as OPA answers, but for the cases that are listed with a reason', () => {
    const reasons: Readonly<Record<string, string>> = differing;
    const found = [...cases].flatMap(([id, one]) => {
      const difference = differenceOf(one, answers.get(id) ?? { error: 'not asked' });
      return difference === undefined ? [] : [[noted(id), reasons[noted(id)] ?? difference] as const];
    });
    expect(Object.fromEntries(found)).toEqual(reasons);
  });

  it('is refused when saved where the list says so, for the reason that it says', async () => {
    const refused = [...answers].flatMap(([id, answer]) =>
      'refused' in answer ? [[noted(id), answer.refused] as const] : [],
    );
    await expect(linesOf(refused.toSorted(([a], [b]) => (a < b ? -1 : 1)))).toMatchFileSnapshot('refused-cases.tsv');
  });
});
