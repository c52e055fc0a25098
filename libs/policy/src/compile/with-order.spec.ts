import { beforeAll, expect, it, vi } from 'vitest';
import { bytesOf, engineFor, fixedNanos, fixedNow, patientOptions } from '../testing/engine-for-tests.js';
import { compilerForTests, compilerTimeout, evalNatively } from '../testing/native-opa.js';
import { checkRego } from './check-rego.js';
import type { OpaCompiler } from './opa-compiler.js';

vi.setConfig({ testTimeout: 240_000 });

let opa: OpaCompiler;
beforeAll(async () => {
  opa = await compilerForTests();
}, compilerTimeout);

const modifiers = {
  input: 'with input.v0.x as 1',
  data: 'with data.parameters.p as 1',
  builtin: 'with time.now_ns as 1',
  own: 'with data.cloudsmith.f as g',
} as const;
const names = Object.keys(modifiers) as (keyof typeof modifiers)[];
const orders = (left: typeof names): readonly (typeof names)[] => [
  [],
  ...left.flatMap((name) => orders(left.filter((other) => other !== name)).map((rest) => [name, ...rest])),
];
const policyOf = (order: typeof names): string =>
  [
    'package cloudsmith',
    'f(x) := x',
    'g(x) := x + 10',
    'seen := [object.get(input.v0, "x", 0), object.get(data.parameters, "p", 0), time.now_ns() == 1, f(1)]',
    'match if seen',
    `inner := s if s := seen ${order.map((name) => modifiers[name]).join(' ')}`,
    '',
  ].join('\n');

it('whatever order replacements stand in: where the engine differs from native OPA, and only there, the text is refused', async () => {
  const all = [...new Map(orders(names).map((order) => [order.join(), order])).values()];
  expect(all).toHaveLength(65);
  const policies = Object.fromEntries(all.map((order, index) => [`p_${index}`, policyOf(order)]));
  const input = { v0: { package: { name: 'x' } } };
  const engine = await engineFor(
    opa,
    policies,
    patientOptions,
    Object.fromEntries(Object.keys(policies).map((id) => [id, {}])),
  );
  try {
    const asks = Object.keys(policies);
    const [answers = []] = await engine.evaluate({
      key: 'key',
      inputs: [{ input: bytesOf(input), now: fixedNow, asks }],
    });
    let refused = 0;
    for (const [index, order] of all.entries()) {
      const rego = policies[`p_${index}`] ?? '';
      const [native] = await evalNatively(opa, rego, [input], fixedNanos);
      const ours: unknown = JSON.parse(answers[index]?.output ?? '{}');
      const isSame = answers[index]?.error === null && JSON.stringify(ours) === JSON.stringify(native);
      const isRefused = (await checkRego(opa, rego)).findings.some(({ code }) => code === 'refused_with_order');
      expect([order, isRefused]).toEqual([order, !isSame]);
      refused += isRefused ? 1 : 0;
    }
    expect(refused).toBeGreaterThan(5);
  } finally {
    await engine.close();
  }
});
