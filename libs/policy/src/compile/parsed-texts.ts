import type { OpaCompiler } from './opa-compiler.js';
import type { RegoModule } from './rego-ast.js';

/** Enough for every active text of some workspaces; a syntax tree is some ten times its text. */
const MOST_TEXTS = 300;

const parsedBy = new WeakMap<OpaCompiler, Map<string, RegoModule>>();

/**
 * The syntax trees that one compiler made of texts lately. A text has one tree, so a policy set that is compiled with one
 * policy more parses that one: each parse is a process, and sixty of them took four fifths of the time.
 */
export const parsedTexts = (opa: OpaCompiler) => {
  const known = parsedBy.get(opa) ?? new Map<string, RegoModule>();
  parsedBy.set(opa, known);
  return {
    get: (rego: string): RegoModule | undefined => known.get(rego),
    keep: (rego: string, module: RegoModule): void => {
      known.delete(rego);
      known.set(rego, module);
      const [oldest] = known.keys();
      if (known.size > MOST_TEXTS && oldest !== undefined) known.delete(oldest);
    },
  };
};
