import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findOpa, type OpaCompiler } from '@weir/policy';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { batchOf, enrichedMessage, openJudgingBench, type JudgingBench } from '../../../../tools/testing/judging.js';
import { openJudgingShard } from '../../../../tools/testing/judging-shard.js';
import { chanceOf, givenSeed, type Chance } from '../../../../tools/testing/random-cases.js';
import { evaluateInputs } from './evaluate-inputs.js';
import { DEFAULT_NOW, readCases, runCases, type PolicyCase } from './test-cases.js';

vi.setConfig({ testTimeout: 240_000 });

const root = fileURLToPath(new URL('../../../../', import.meta.url));
const cacheDirectory = join(root, '.weir/opa');
const folder = mkdtempSync(join(tmpdir(), 'weir-same-answers-'));
const seed = givenSeed();

let bench: JudgingBench;
let opa: OpaCompiler;
beforeAll(async () => {
  bench = await openJudgingBench({ deadlineMillis: 5_000 });
  opa = await findOpa({ cacheDirectory });
}, 900_000);
afterAll(async () => {
  await bench.close();
  rmSync(folder, { recursive: true });
});

interface Said {
  readonly match: boolean;
  readonly reasons: readonly string[];
}

/** The same document in another spelling: members in another order, blanks, numbers as 1.0 and 1e0. */
const respelled = (value: unknown, chance: Chance): string => {
  const blank = (): string => chance.pick(['', ' ', '\n', '\t  ']);
  if (typeof value === 'number' && Number.isInteger(value))
    return chance.pick([`${value}`, `${value}.0`, `${value}e0`, `${value}.00E+0`]);
  if (Array.isArray(value)) return `[${blank()}${value.map((one) => respelled(one, chance)).join(`${blank()},`)}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).sort(() => chance.next() - 0.5);
  return `{${blank()}${members.map(([name, one]) => `${JSON.stringify(name)}${blank()}:${blank()}${respelled(one, chance)}`).join(`,${blank()}`)}${blank()}}`;
};

/** What `weir eval` says of documents as lines of a file, and then of the last in a file of its own with its line breaks. */
const evaluated = async (
  policy: string,
  documents: readonly string[],
  { parameters = {}, now = DEFAULT_NOW }: Pick<PolicyCase, 'parameters' | 'now'>,
  isWithFile: boolean,
) => {
  const files = {
    parameters: join(folder, 'parameters.json'),
    inputs: join(folder, 'inputs.jsonl'),
    input: join(folder, 'input.json'),
  };
  writeFileSync(files.parameters, JSON.stringify(parameters));
  writeFileSync(files.inputs, documents.map((text) => text.replaceAll('\n', ' ')).join('\n'));
  writeFileSync(files.input, documents.at(-1) ?? '');
  const lines: string[] = [];
  const output = { stdout: (text: string) => void lines.push(text), stderr: (text: string) => void lines.push(text) };
  const options = { policy, parameters: files.parameters, now, json: true, cacheDirectory, deadlineMillis: 5_000 };
  expect(await evaluateInputs({ ...options, inputs: files.inputs }, output), lines.join('')).toBe(0);
  if (isWithFile) expect(await evaluateInputs({ ...options, input: files.input }, output), lines.join('')).toBe(0);
  return lines.map((line): Said => {
    const { match, reason } = JSON.parse(line) as {
      readonly match: boolean | null;
      readonly reason: readonly string[];
    };
    return { match: match === true, reasons: [...reason].sort() };
  });
};

let shards = 0;
/** What the service records of packages with these facts, when it judges them. */
const judged = async (rego: string, cases: readonly PolicyCase[]): Promise<readonly Said[]> => {
  shards += 1;
  const [first] = cases;
  let now = '';
  await bench.activate([{ policyId: 'p', rego, parameters: first?.parameters ?? {}, revision: shards }]);
  const shard = await openJudgingShard(bench, { shard: `evaluation/${shards}`, clock: () => now });
  try {
    const said: Said[] = [];
    for (const [offset, one] of cases.entries()) {
      now = new Date(one.now ?? DEFAULT_NOW).toISOString();
      const message = enrichedMessage(`p-${shards}-${offset}`, one.input, { offset, ordinal: 1 });
      await shard.handler.handle(batchOf(message));
      const [result] = (await shard.decisions()).at(-1)?.results ?? [];
      expect(result?.error ?? null).toBeNull();
      said.push({ match: result?.match === true, reasons: [...(result?.reasons ?? [])].sort() });
    }
    return said;
  } finally {
    shard.close();
  }
};

/** The clock of the service has milliseconds. */
const isOfTheService = ({ now = DEFAULT_NOW }: PolicyCase): boolean => !/\.\d{4,}/.test(now);

const sameEverywhere = async (policy: string, cases: readonly PolicyCase[]): Promise<void> => {
  const rego = readFileSync(policy, 'utf8');
  const chance = chanceOf(seed);
  const tested = await runCases(opa, rego, cases);
  expect(tested.filter(({ passed }) => !passed)).toEqual([]);
  const alike = Map.groupBy(cases, ({ parameters, now }) => JSON.stringify([parameters, now]));
  for (const [place, group] of [...alike.values()].entries()) {
    const isFirst = place === 0;
    const documents = group.flatMap(({ input }) => [JSON.stringify(input), respelled(input, chance)]);
    const wanted = group.map(({ want }): Said => ({ match: want.match, reasons: [...want.reasons].sort() }));
    const last = wanted.at(-1);
    expect(await evaluated(policy, documents, group[0] ?? {}, isFirst), `seed ${seed}`).toEqual([
      ...wanted.flatMap((one) => [one, one]),
      ...(last && isFirst ? [last] : []),
    ]);
    if (group.every(isOfTheService)) expect(await judged(rego, group)).toEqual(wanted);
  }
};

const library = readdirSync(join(root, 'policies'), { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && entry.name !== 'compiled')
  .map(({ name }) => name);

describe(`weir policy test, weir eval and the service say the same, however a document is written (seed ${seed})`, () => {
  test.each(library)('of every case of %s', async (name) => {
    const of = join(root, 'policies', name);
    await sameEverywhere(join(of, 'policy.rego'), await readCases(join(of, 'cases.yaml')));
  });

  test('of the recipe of "Write a policy"', async () => {
    const [, rego = ''] =
      /```rego\n([^]*?)```/.exec(readFileSync(join(root, 'docs/how-to/write-a-policy.md'), 'utf8')) ?? [];
    const policy = join(folder, 'fixable.rego');
    writeFileSync(policy, rego);
    const found = (severity: string, more: object = {}) => ({
      v0: { vulnerabilities: [{ identifier: 'CVE-2026-1', severity, ...more }] },
    });
    const fixed = { patched_versions: ['1.1', '2.0'] };
    const yes = (severity: string) => ({ match: true, reasons: [`CVE-2026-1 is ${severity}; update to 1.1 or 2.0`] });
    const no = { match: false, reasons: [] };
    await sameEverywhere(policy, [
      { description: 'a fix for a high severity', input: found('HIGH', fixed), want: yes('HIGH') },
      { description: 'no fix', input: found('HIGH'), want: no },
      { description: 'a low severity', input: found('LOW', fixed), want: no },
      {
        description: 'the severities are a parameter',
        input: found('HIGH', fixed),
        parameters: { severities: ['LOW'] },
        want: no,
      },
      { description: 'no facts', input: {}, want: no },
    ]);
  });
});
