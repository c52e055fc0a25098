import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

/** One case of OPA's own suite. Numbers in it are exact: those that JavaScript would round are kept as raw JSON. */
export type ConformanceCase = {
  /** Names the case. */
  readonly note: string;
  readonly query: string;
  readonly modules?: readonly string[];
  readonly data?: Readonly<Record<string, unknown>>;
  readonly input?: unknown;
  /** The input as a term of Rego, instead of `input`. */
  readonly input_term?: string;
  /** The bindings of the query's variables, one object for each way in which it holds. */
  readonly want_result?: readonly Readonly<Record<string, unknown>>[];
  readonly want_error?: string;
  readonly sort_bindings?: boolean;
  /** True where OPA gives an error when it is strict about errors of built-ins; `want_result` is what it gives otherwise. */
  readonly strict?: boolean;
};

type WithSource = { readonly source?: string };
type ExactJson = {
  readonly rawJSON: (text: string) => unknown;
  readonly parse: (text: string, revive: (key: string, value: unknown, context: WithSource) => unknown) => unknown;
};

const json = JSON as unknown as ExactJson;

const revive = (_: string, value: unknown, { source }: WithSource): unknown =>
  typeof value === 'number' && String(value) !== source ? json.rawJSON(source ?? '') : value;

/** All cases, in OPA's order. See NOTICE.md for where they come from. */
export const conformanceCases = (): readonly ConformanceCase[] => {
  const packed = readFileSync(new URL('cases.json.gz', import.meta.url));
  return json.parse(gunzipSync(packed).toString(), revive) as readonly ConformanceCase[];
};
