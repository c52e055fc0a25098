import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');
const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  readonly scripts: Readonly<Record<string, string>>;
};

/** Programs that Node.js runs from their sources: it finds a file only by its whole name, where Vitest finds `x.js` as `x.ts`. */
const programs = [
  ...new Set(
    Object.values(scripts)
      .flatMap((script) => script.match(/(?<=\s)(?:e2e|bench|tools)\/\S+\.ts\b/g) ?? [])
      .map((file) => join(root, file)),
  ),
];

const importsOf = (file: string): readonly string[] =>
  [
    ...readFileSync(file, 'utf8').matchAll(
      /^(?!import type|export type)(?:import|export|\}) ?(?:[^;]*? from )?'(\.[^']*)'/gm,
    ),
  ].map(([, path = '']) => join(dirname(file), path));

const missingFrom = (program: string): readonly string[] => {
  const [seen, missing] = [new Set([program]), [] as string[]];
  for (const file of seen)
    for (const imported of importsOf(file)) {
      if (!existsSync(imported)) missing.push(`${relative(root, file)} imports ${relative(root, imported)}`);
      else if (imported.endsWith('.ts')) seen.add(imported);
    }
  return missing;
};

describe('programs that run from their sources', () => {
  it.each(programs.map((program) => [relative(root, program), program]))(
    '%s finds every file it imports',
    (_, program) => expect(missingFrom(program)).toEqual([]),
  );

  it('there are some', () => expect(programs.length).toBeGreaterThan(4));
});
