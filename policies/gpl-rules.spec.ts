import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startPolicyEngine, type PolicyEngine } from '@weir/policy';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

/** Rego's modules of a set share nothing, so what counts as GPL stands in both; here it is held to be one thing. */
const POLICIES = ['gpl-anywhere', 'gpl-in-production'] as const;

const textOf = (...path: string[]): string => readFileSync(join(import.meta.dirname, ...path), 'utf8');

interface Library {
  readonly digest: string;
  readonly policies: readonly { readonly template: string; readonly slots: readonly { readonly slot: string }[] }[];
}

const library = JSON.parse(textOf('compiled', 'library.json')) as Library;
const slotOf = (name: string): string =>
  library.policies.find(({ template }) => template === name)?.slots[0]?.slot ?? '';

const spdxIds = Object.keys(
  JSON.parse(textOf('..', 'apps', 'enrichment', 'src', 'licences', 'spdx-licences.json')) as Record<string, unknown>,
);

const isGpl = (id: string): boolean => id.startsWith('GPL-');
const licence = (expression: string, ...ids: readonly string[]) => ({ expression, ids });

/** An SPDX id in each place of an expression, and whether it can only be used under the GPL. */
const expressionsOf = (id: string) => [
  { licence: licence(id, id), match: isGpl(id) },
  { licence: licence(`MIT OR ${id}`, 'MIT', id), match: false },
  { licence: licence(`${id} OR MIT`, id, 'MIT'), match: false },
  { licence: licence(`${id} OR GPL-2.0-only`, id, 'GPL-2.0-only'), match: isGpl(id) },
  { licence: licence(`${id} AND MIT`, id, 'MIT'), match: isGpl(id) },
  { licence: licence(`${id} WITH Classpath-exception-2.0`, id), match: isGpl(id) },
  { licence: licence(`(MIT OR ${id}) AND ISC`, 'MIT', id, 'ISC'), match: isGpl(id) },
];

test('the rules of the two policies that say what counts as GPL are the same text', () => {
  const [anywhere = '', inProduction = ''] = POLICIES.map((name) => textOf(name, 'policy.rego'));
  for (const rule of ['default prefixes_for', 'prefixes_for(_)', 'demanded if']) {
    const [first, second] = [anywhere, inProduction].map((text) => text.slice(text.indexOf(`\n${rule}`)));
    const length = rule === 'demanded if' ? undefined : first?.indexOf('\n', 1);
    expect(first?.slice(0, length)).toBe(second?.slice(0, length));
    expect(first?.startsWith(`\n${rule}`)).toBe(true);
  }
});

describe('about every licence of SPDX, alone and in expressions', () => {
  let engine: PolicyEngine;
  beforeAll(async () => {
    engine = await startPolicyEngine({ workers: 1, deadlineMillis: 2000, memoryMegabytes: 64 });
    const wasm = new Uint8Array(readFileSync(join(import.meta.dirname, 'compiled', 'library.wasm')));
    await engine.load({ digest: library.digest, wasm, data: {}, key: 'library' });
  });
  afterAll(() => engine.close());

  test('both policies say what the identifier says', async () => {
    const now = '2026-08-02T00:00:00Z';
    const cases = spdxIds.flatMap(expressionsOf);
    expect(cases.length).toBeGreaterThan(4_000);
    const inputs = cases.map((one) => ({
      input: Buffer.from(JSON.stringify({ v1: { repository: { environment: 'production' }, licence: one.licence } })),
      now,
      asks: POLICIES.map(slotOf),
    }));
    const answers = await engine.evaluate({ key: 'library', inputs });
    const wrong = cases.filter(({ match }, index) => answers[index]?.some((answer) => answer.match !== match) ?? true);
    expect(wrong.map((one) => one.licence.expression)).toEqual([]);
  });
});
