import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  checkRego,
  findOpa,
  OpaUnavailable,
  parameterData,
  startPolicyEngine,
  type OpaCompiler,
  type PolicyAnswer,
  type PolicyEngine,
} from '@weir/policy';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';

interface Case {
  readonly description: string;
  readonly input: unknown;
  readonly now?: string;
  readonly parameters?: Record<string, unknown>;
  readonly want: { readonly match: boolean; readonly reasons: readonly string[] };
}

interface Template {
  readonly name: string;
  readonly parameters: { readonly properties: Record<string, { readonly default: unknown }> };
  readonly reads: readonly string[];
}

interface Library {
  readonly digest: string;
  readonly policies: readonly {
    readonly template: string;
    readonly slots: readonly { readonly slot: string }[];
    readonly reads: { readonly inputPaths: readonly string[] };
  }[];
}

const folder = import.meta.dirname;
const text = (...path: string[]): string => readFileSync(join(folder, ...path), 'utf8');
const names = readdirSync(folder, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && entry.name !== 'compiled')
  .map(({ name }) => name);
const casesOf = (name: string): readonly Case[] => (parse(text(name, 'cases.yaml')) as { cases: Case[] }).cases;
const templateOf = (name: string): Template => parse(text(name, 'template.yaml')) as Template;
const library = JSON.parse(text('compiled', 'library.json')) as Library;
const defaultNow = '2026-08-02T00:00:00Z';
const sorted = (reasons: readonly string[]): readonly string[] => [...reasons].sort();
const defaultsOf = (name: string): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(templateOf(name).parameters.properties).map(([key, schema]) => [key, schema.default]),
  );

const ajv = new Ajv2020({ allErrors: true, allowUnionTypes: true, formats: { 'date-time': true } });
const complaints = (schema: object, value: unknown): string => (ajv.validate(schema, value) ? '' : ajv.errorsText());

const slotOf = (name: string, place = 0): string => {
  const slot = library.policies.find(({ template }) => template === name)?.slots[place]?.slot;
  if (slot === undefined) throw new Error(`policies/compiled/library.json has no slot ${place} for ${name}`);
  return slot;
};

describe('each policy of the library', () => {
  it.each(names)('%s keeps to the schemas that its files name', (name) => {
    expect(text(name, 'cases.yaml').split('\n')[0]).toBe('# yaml-language-server: $schema=../cases.schema.json');
    expect(text(name, 'template.yaml').split('\n')[0]).toBe('# yaml-language-server: $schema=../template.schema.json');
    expect(complaints(JSON.parse(text('cases.schema.json')) as object, parse(text(name, 'cases.yaml')))).toBe('');
    expect(complaints(JSON.parse(text('template.schema.json')) as object, templateOf(name))).toBe('');
    expect(templateOf(name).name).toBe(name);
  });

  it.each(names)('%s accepts its own defaults and the parameters of its cases', (name) => {
    const { parameters } = templateOf(name);
    const values = [defaultsOf(name), ...casesOf(name).flatMap((one) => (one.parameters ? [one.parameters] : []))];
    for (const value of values) expect(complaints(parameters, value)).toBe('');
  });

  it.each(names)('%s reads what its template says, by the compiler', (name) => {
    const withoutMarks = (path: string): string =>
      path
        .split('.')
        .filter((part) => part !== '*' && part !== '?')
        .join('.');
    const compiled =
      library.policies.find(({ template }) => template === name)?.reads.inputPaths.map(withoutMarks) ?? [];
    const deepest = [...new Set(compiled)].filter((path) => !compiled.some((other) => other.startsWith(`${path}.`)));
    expect(templateOf(name).reads.map(withoutMarks).sort()).toEqual(deepest.sort());
  });

  it('seed-example is the seed policy byte for byte', () => {
    const digest = createHash('sha256').update(text('seed-example', 'policy.rego')).digest('hex');
    expect(digest).toBe('a28a09674cea358370197eb022837b8853c44cf0610d40c1b878257b35f9ea31');
  });
});

describe('the compiled library', () => {
  let engine: PolicyEngine;
  const wasm = new Uint8Array(readFileSync(join(folder, 'compiled', 'library.wasm')));

  beforeAll(async () => {
    engine = await startPolicyEngine({ workers: 1, deadlineMillis: 2000, memoryMegabytes: 64 });
  });
  afterAll(() => engine.close());

  const load = async (parameters: Record<string, unknown>): Promise<string> => {
    const key = `${library.digest} ${JSON.stringify(parameters)}`;
    const reads = Object.fromEntries(
      library.policies.flatMap((policy) => policy.slots.map(({ slot }) => [slot, policy.reads])),
    );
    await engine.load({ digest: library.digest, wasm, data: parameterData(parameters), key, reads });
    return key;
  };
  const ask = async (
    parameters: Record<string, unknown>,
    one: Pick<Case, 'input' | 'now'>,
    asks: readonly string[],
  ): Promise<readonly PolicyAnswer[]> => {
    const input = new TextEncoder().encode(JSON.stringify(one.input));
    const [answers] = await engine.evaluate({
      key: await load(parameters),
      inputs: [{ input, now: one.now ?? defaultNow, asks }],
    });
    return answers ?? [];
  };
  const judge = async (name: string, one: Case, parameters: Record<string, unknown>): Promise<unknown> => {
    const [answer] = await ask({ [slotOf(name)]: parameters }, one, [slotOf(name)]);
    return { error: answer?.error, match: answer?.match, reasons: sorted(answer?.reasons ?? []) };
  };
  const wanted = ({ want }: Case): unknown => ({ error: null, match: want.match, reasons: sorted(want.reasons) });

  describe.each(names)('%s', (name) => {
    it.each(casesOf(name).map((one) => [one.description, one] as const))('%s', async (_description, one) => {
      expect(await judge(name, one, one.parameters ?? {})).toEqual(wanted(one));
    });

    it('answers alike without parameters and with the defaults of its template', async () => {
      for (const one of casesOf(name).filter(({ parameters }) => parameters === undefined)) {
        expect(await judge(name, one, defaultsOf(name))).toEqual(wanted(one));
      }
    });

    it('falls back to its defaults when a parameter has another type', async () => {
      const wrong = Object.fromEntries(Object.keys(defaultsOf(name)).map((key) => [key, { not: 'this' }]));
      for (const one of casesOf(name).filter(({ parameters }) => parameters === undefined)) {
        expect(await judge(name, one, wrong)).toEqual(wanted(one));
      }
    });
  });

  it('holds two thresholds of the same policy at the same time', async () => {
    const slots = [slotOf('epss-over-threshold'), slotOf('epss-over-threshold', 1)] as const;
    const parameters = { [slots[0]]: { threshold: 0.2 }, [slots[1]]: { threshold: 0.005 } };
    const input = { v0: { vulnerabilities: [{ identifier: 'CVE-2025-27154', epss: { score: 0.00592 } }] } };
    const answers = await ask(parameters, { input }, slots);
    expect(answers.map(({ match }) => match)).toEqual([false, true]);
  });
});

const compiler = await findOpa({ cacheDirectory: join(folder, '..', '.weir', 'opa'), download: false }).catch(
  (fault: unknown) => {
    if (fault instanceof OpaUnavailable) return null;
    throw fault;
  },
);

/** A rule that asks a policy about every case in data.given, as the compiled module is asked above. */
const casesModule = (rego: string): string => {
  const given = 'with input as one.input with data.parameters as one.parameters with time.now_ns as now';
  const reasons = /^reason\b/m.test(rego) ? `data.cloudsmith.reason ${given}` : 'set()';
  return `package cases

answers := [answer(one, time.parse_rfc3339_ns(one.now)) | some one in data.given]

answer(one, now) := {"match": match, "reasons": sort(reasons)} if {
  match := data.cloudsmith.match ${given}
  reasons := ${reasons}
}
`;
};

describe.runIf(compiler !== null)('native OPA, where one is found', () => {
  const found = compiler as OpaCompiler;
  const opa = (args: readonly string[]) => spawnSync(found.path, args, { encoding: 'utf8' });
  let scratch = '';
  beforeAll(() => {
    scratch = mkdtempSync(join(tmpdir(), 'weir-policies-'));
  });
  afterAll(() => rmSync(scratch, { recursive: true }));

  it.each(names)('%s passes the strict check and its own tests', (name) => {
    const files = [join(folder, name, 'policy.rego'), join(folder, name, 'policy_test.rego')];
    expect(opa(['check', '--strict', ...files]).stderr).toBe('');
    expect(opa(['test', ...files]).stdout).toMatch(/^PASS: (\d+)\/\1\s*$/);
  });

  it.each(names)('%s gives the check that saving runs no reason to complain', async (name) => {
    expect(await checkRego(found, text(name, 'policy.rego'))).toEqual({ valid: true, findings: [] });
  });

  it.each(names)('%s answers its cases as the compiled module does', (name) => {
    const given = casesOf(name).map((one) => ({
      ...one,
      now: one.now ?? defaultNow,
      parameters: one.parameters ?? {},
    }));
    writeFileSync(join(scratch, 'given.json'), JSON.stringify({ given }));
    writeFileSync(join(scratch, 'cases.rego'), casesModule(text(name, 'policy.rego')));
    const files = [join(folder, name, 'policy.rego'), join(scratch, 'given.json'), join(scratch, 'cases.rego')];
    const run = opa(['eval', '-f', 'values', ...files.flatMap((file) => ['-d', file]), 'data.cases.answers']);
    const [answers] = JSON.parse(run.stdout) as [unknown[]];
    expect(answers).toEqual(given.map(({ want }) => ({ match: want.match, reasons: sorted(want.reasons) })));
  });
});
