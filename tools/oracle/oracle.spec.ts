import * as policy from '@weir/policy';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { seeded } from '../testing/seeded.js';
import { compareWithOpa } from './compare-with-opa.js';

const seed = Math.floor(Math.random() * 2 ** 31);
const cacheDirectory = fileURLToPath(new URL('../../.weir/opa', import.meta.url));

it(`every policy of the library, the stories and the recipes answers 400 random inputs as OPA does (seed ${seed})`, async () => {
  const opa = await policy.findOpa({ cacheDirectory });
  const found = await compareWithOpa(policy, opa, { inputs: 400, random: seeded(seed), say: () => undefined });
  expect(found.differences.slice(0, 5)).toEqual([]);
  expect(found.policies).toBeGreaterThan(20);
  expect(found.matches['true']).toBeGreaterThan(100);
  expect(found.matches['false']).toBeGreaterThan(100);
}, 900_000);
