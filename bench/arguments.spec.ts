import { expect, test } from 'vitest';
import { helpText, readArguments, WrongUse } from './arguments.ts';
import { allScenarios } from './scenarios/all-scenarios.ts';
import { settingsOf } from './scenarios/scenario.ts';

const read = (...args: string[]) => readArguments(args, allScenarios);

test('without a scenario all run and the result is kept; quick runs all with little load and keeps nothing', () => {
  expect(read()).toMatchObject({ name: 'all', scenarios: allScenarios, quick: false, record: true });
  expect(read('quick', '--json')).toMatchObject({
    name: 'quick',
    scenarios: allScenarios,
    quick: true,
    json: true,
    record: false,
  });
});

test('one scenario runs with settings of its own', () => {
  const request = read('end-to-end', '--set', 'events=30000', '--set', 'rounds=1');
  const [scenario] = request?.scenarios ?? [];
  expect(request && scenario && settingsOf(scenario.config, request)).toMatchObject({
    events: 30_000,
    rounds: 1,
    seed: 4,
  });
});

test('what is unknown or no number is wrong use, with the cure', () => {
  expect(() => read('nothing')).toThrow(/choose quick or one of end-to-end/);
  expect(() => read('--fast')).toThrow(WrongUse);
  expect(() => read('end-to-end', '--set', 'speed=9')).toThrow(/use one of seed/);
  expect(() => read('end-to-end', '--set', 'events=many')).toThrow(/--set events=1000/);
});

test('help lists every scenario with a sentence', () => {
  expect(read('--help')).toBeNull();
  for (const { name, sentence } of allScenarios)
    expect(helpText(allScenarios)).toContain(`${name.padEnd(12)} ${sentence}`);
});
