import type { OpaCompiler } from './opa-compiler.js';
import { runOpa, type OpaRun } from './run-opa.js';

/** What a query comes to when nothing is known of the package. `unknown`: OPA could not tell in time. */
export type Outcome =
  | { readonly kind: 'never' | 'always' | 'sometimes' | 'conflict' | 'unknown' }
  | { readonly kind: 'type_error'; readonly type: string };

type Printed = {
  readonly partial?: { readonly queries?: readonly (readonly unknown[])[] };
  readonly errors?: readonly {
    readonly code?: string;
    readonly details?: { readonly a?: { readonly type?: string } };
  }[];
};

const readOutcome = ({ partial, errors }: Printed): Outcome => {
  const [error] = errors ?? [];
  if (error?.code === 'rego_type_error')
    return { kind: 'type_error', type: error.details?.a?.type ?? 'something else' };
  if (error?.code === 'eval_conflict_error') return { kind: 'conflict' };
  if (partial === undefined) return { kind: 'unknown' };
  const queries = partial.queries ?? [];
  if (queries.length === 0) return { kind: 'never' };
  return { kind: queries.some((query) => query.length === 0) ? 'always' : 'sometimes' };
};

const parsed = ({ stdout, stderr }: OpaRun): Printed => {
  try {
    return JSON.parse(stdout) as Printed;
  } catch (cause) {
    throw new Error(`opa eval --partial said no JSON: ${stderr.slice(0, 500)}`, { cause });
  }
};

/**
 * OPA's partial evaluation: what of a query is left when `input`, and the parameters unless they are given, are unknown.
 * Nothing left means that it never holds, an empty rest that it always does.
 */
export const evalPartially = async (
  opa: OpaCompiler,
  question: {
    readonly folder: string;
    readonly file: string;
    readonly query: string;
    readonly parameters: unknown;
  },
): Promise<Outcome> => {
  const { folder, file, query, parameters } = question;
  const known = parameters === undefined ? ['--unknowns', 'data.parameters'] : ['-d', 'data.json'];
  const args = [
    'eval',
    '--partial',
    '--format',
    'json',
    '--timeout',
    '3s',
    '--unknowns',
    'input',
    ...known,
    '-d',
    file,
    query,
  ];
  return readOutcome(parsed(await runOpa(opa, args, folder)));
};
