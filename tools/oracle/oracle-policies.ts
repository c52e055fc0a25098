import { globSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** A policy with parameters to judge by. */
export interface OraclePolicy {
  /** Lower-case letters, digits and `_`. */
  readonly id: string;
  readonly rego: string;
  readonly parameters: unknown;
}

interface Case {
  readonly input?: unknown;
  readonly parameters?: unknown;
}

const idOf = (place: string): string => place.toLowerCase().replace(/[^a-z0-9]+/g, '_');

const casesBeside = (file: string): readonly Case[] => {
  const [cases] = globSync(`${dirname(file)}/cases.yaml`, { cwd: root });
  return cases === undefined ? [] : (parse(readFileSync(`${root}/${cases}`, 'utf8')) as { cases: Case[] }).cases;
};

const regoFiles = (): readonly string[] =>
  globSync(['policies/*/policy.rego', 'e2e/stories/policies/*/policy.rego'], { cwd: root }).toSorted();

/** Whole policies that the documentation shows. */
const recipes = (): readonly OraclePolicy[] =>
  globSync('docs/how-to/*.md', { cwd: root })
    .toSorted()
    .flatMap((file) =>
      Array.from(readFileSync(`${root}/${file}`, 'utf8').matchAll(/```rego\n([^]*?)```/g), ([, rego = ''], index) => ({
        id: idOf(`${file}_${index}`),
        rego,
        parameters: {},
      })),
    )
    .filter(({ rego }) => /^package cloudsmith$/m.test(rego) && /^(?:default )?match\b/m.test(rego));

/** The library, each policy also by the parameters of its cases, the stories' policies, and the recipes of the documentation. */
export const oraclePolicies = (): readonly OraclePolicy[] => {
  const files = regoFiles().flatMap((file) => {
    const rego = readFileSync(`${root}/${file}`, 'utf8');
    const given = casesBeside(file).flatMap(({ parameters }) => (parameters === undefined ? [] : [parameters]));
    return [{}, ...given].map((parameters, index) => ({ id: idOf(`${dirname(file)}_${index}`), rego, parameters }));
  });
  return [...files, ...recipes()];
};

/** The inputs of the library's cases: what random ones are made from. */
export const knownInputs = (): readonly unknown[] =>
  regoFiles().flatMap((file) => casesBeside(file).flatMap(({ input }) => (input === undefined ? [] : [input])));
