import type { Finding } from './check-report.js';
import { showOpaDetails, type OpaDetails } from './opa-details.js';
import { whyRefused } from './refused-built-ins.js';
import type { OpaRun } from './run-opa.js';

type OpaError = {
  readonly message: string;
  readonly code?: string;
  readonly location?: { readonly row?: number; readonly col?: number };
  readonly details?: OpaDetails;
};

/** "undefined function x" is right for a misspelling; for a built-in left out of the capabilities it misleads. */
const explain = (
  { message, code, details }: OpaError,
  known: ReadonlySet<string>,
): Pick<Finding, 'code' | 'message'> => {
  const name = /^undefined function (\S+)$/.exec(message)?.[1];
  const more = showOpaDetails(details);
  if (name === undefined || !known.has(name))
    return { code: code ?? 'rego_error', message: more === '' ? message : `${message}: ${more}` };
  return { code: 'refused_builtin', message: `the built-in ${name} is refused: ${whyRefused(name)}` };
};

const placed = /\.rego:(\d+)(?::(\d+))?: (rego_\w+): (.*)$/gm;

/** `opa build` knows no JSON: one error to a line, mostly without its column. */
const parseText = (text: string): readonly OpaError[] =>
  Array.from(text.matchAll(placed), ([, row, col, code = '', message = '']) => ({
    message,
    code,
    location: { row: Number(row), col: col === undefined ? 1 : Number(col) },
  }));

const parseErrors = (text: string): readonly OpaError[] => {
  try {
    const { errors } = JSON.parse(text) as { readonly errors?: readonly OpaError[] };
    return errors ?? [];
  } catch {
    return parseText(text);
  }
};

const nowhere = (run: OpaRun): OpaError => ({
  message: (run.stderr || run.stdout).trim() || `OPA ended with status ${run.status}`,
  code: 'opa_failed',
});

/** What a failed OPA command complained about, with OPA's own places. `known` are the names of OPA's built-ins. */
export const readOpaErrors = (run: OpaRun, known: ReadonlySet<string> = new Set()): readonly Finding[] => {
  const errors = [run.stderr, run.stdout].flatMap(parseErrors);
  return (errors.length > 0 ? errors : [nowhere(run)]).map((error) => ({
    severity: 'error',
    ...explain(error, known),
    line: error.location?.row ?? 0,
    column: error.location?.col ?? 0,
  }));
};
