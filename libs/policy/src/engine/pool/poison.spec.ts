import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { chanceOf, givenSeed, type Chance } from '../../../../../tools/testing/random-cases.js';
import { compileModule } from '../../compile/compile-module.js';
import type { CompiledModule } from '../../compile/compiled-module.js';
import { parameterData } from '../../compile/parameter-data.js';
import { bytesOf, fixedNow } from '../../testing/engine-for-tests.js';
import { hostilePolicies } from '../../testing/hostile-policies.js';
import { compilerForTests, compilerTimeout } from '../../testing/native-opa.js';
import type { PolicyAnswer, PolicyEngine } from '../policy-engine.js';
import { startPolicyEngine } from './start-policy-engine.js';

vi.setConfig({ testTimeout: 240_000 });

const deadlineMillis = 150;
const seed = givenSeed();

let module: CompiledModule;
beforeAll(async () => {
  const { fragile, good } = hostilePolicies;
  module = await compileModule(await compilerForTests(), [
    { id: 'fragile', rego: fragile },
    { id: 'good', rego: good },
  ]);
}, compilerTimeout);

/** A package that says of itself what a right engine answers. */
type Subject = { readonly name: string; readonly heavy: boolean; readonly flagged: boolean };

const subjectsOf = (chance: Chance, count: number, poison: number): readonly Subject[] => {
  const subjects = Array.from({ length: count }, (_, index) => ({
    name: `p-${index}`,
    heavy: index < poison,
    flagged: index >= poison && chance.happens(0.5),
  }));
  return chance.happens(0.3) ? subjects : subjects.sort(() => chance.next() - 0.5);
};

const ask = (engine: PolicyEngine, subjects: readonly Subject[]) =>
  engine.evaluate({
    key: 'key',
    inputs: subjects.map(({ name, heavy, flagged }) => ({
      input: bytesOf({ v0: { package: { name }, heavy: heavy || undefined, flagged: flagged || undefined } }),
      now: fixedNow,
      asks: ['good', 'fragile'],
    })),
  });

/** The same packages as one request or as several at once. */
const askInParts = async (engine: PolicyEngine, subjects: readonly Subject[], chance: Chance) => {
  const size = 1 + chance.below(subjects.length);
  const parts = Array.from({ length: Math.ceil(subjects.length / size) }, (_, i) =>
    subjects.slice(i * size, i * size + size),
  );
  return (await Promise.all(parts.map((part) => ask(engine, part)))).flat();
};

const mostRounds = 20;

describe(`packages that make a policy exceed its limits, from seed ${seed}`, () => {
  it.each([
    [0, 246, 6],
    [1, 60, 0],
    [2, 60, 3],
    [3, 40, 12],
    [4, 6, 6],
  ])('%i: of %i packages %i do: they have an error, and all others their answer', async (turn, count, poison) => {
    const chance = chanceOf(seed + turn);
    const engine = await startPolicyEngine({ workers: 1 + chance.below(2), deadlineMillis, memoryMegabytes: 64 });
    try {
      await engine.load({ key: 'key', digest: module.digest, wasm: module.wasm, data: parameterData({}) });
      let waiting = subjectsOf(chance, count, poison);
      let round = 0;
      for (; waiting.length > 0 && round < mostRounds; round += 1) {
        if (round > 0) await sleep(10 * deadlineMillis);
        const answers = await askInParts(engine, waiting, chance);
        waiting = waiting.filter((subject, index) => !isAnswered(subject, answers[index] ?? []));
        if (poison <= 6) expect(waiting).toEqual([]);
      }
      expect(waiting).toEqual([]);
    } finally {
      await engine.close();
    }
  });
});

/** Whether it has its last word; what is not right is never one. */
const isAnswered = ({ heavy, flagged }: Subject, [good, fragile]: readonly PolicyAnswer[]): boolean => {
  expect(good).toMatchObject({ match: false, error: null });
  if (fragile?.error?.code === 'suspended') return false;
  expect([fragile?.match, fragile?.error?.code]).toEqual(heavy ? [null, 'deadline_exceeded'] : [flagged, undefined]);
  return true;
};
