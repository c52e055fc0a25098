import { parseRfc3339 } from '../built-ins/parse-rfc3339.js';
import type { OpaCompiler } from '../compile/opa-compiler.js';
import { readOpaErrors } from '../compile/opa-errors.js';
import { parseRego } from '../compile/parse-rego.js';
import { packagePath } from '../compile/rego-ast.js';
import { runOpa } from '../compile/run-opa.js';
import { inScratchFolder } from '../compile/scratch-folder.js';

/** A document to judge, as JSON text, at an instant (RFC 3339) and with parameters. */
export type NativeQuestion = {
  readonly input: string;
  readonly now: string;
  readonly parameters: Readonly<Record<string, unknown>>;
};

/** The policy's package document, or why there is none. */
export type NativeAnswer = { readonly document: unknown } | { readonly error: string };

type Printed = {
  readonly result?: readonly { readonly expressions: readonly { readonly value: readonly unknown[] }[] }[];
};

const dataOf = (questions: readonly NativeQuestion[]): string => {
  const cases = questions.map(({ input, now, parameters }) => {
    const nanos = parseRfc3339(now);
    if (nanos === undefined) throw new Error(`now is ${JSON.stringify(now)}: it must be RFC 3339`);
    return `{"input":${input},"now":${nanos},"parameters":${JSON.stringify(parameters)}}`;
  });
  return `{"weir_cases":[${cases.join(',')}]}`;
};

const askAll = async (
  opa: OpaCompiler,
  folder: string,
  source: string,
  file: string,
): Promise<readonly NativeAnswer[] | { readonly error: string }> => {
  // By variables: `with input as one.input` is taken for undefined by OPA 1.22.2.
  const query =
    '[document | some one in data.weir_cases; input_of := one.input; parameters := one.parameters; now := one.now; ' +
    `document := ${source} with input as input_of with data.parameters as parameters with time.now_ns as now]`;
  const run = await runOpa(opa, ['eval', '--format', 'json', '-d', 'policy.rego', '-d', file, query], folder);
  if (run.status !== 0) return { error: readOpaErrors(run)[0]?.message ?? 'it cannot be evaluated' };
  const documents = (JSON.parse(run.stdout) as Printed).result?.[0]?.expressions[0]?.value ?? [];
  return documents.map((document) => ({ document }));
};

/** What native OPA says of each document. What fails for one of them is asked of each alone. */
export const evalNatively = (
  opa: OpaCompiler,
  rego: string,
  questions: readonly NativeQuestion[],
): Promise<readonly NativeAnswer[]> => {
  const single = Object.fromEntries(questions.map((one, index) => [`alone/${index}.json`, dataOf([one])]));
  return inScratchFolder({ 'policy.rego': rego, 'all.json': dataOf(questions), ...single }, async (folder) => {
    const module = await parseRego(opa, folder, 'policy.rego');
    if ('refused' in module) return questions.map(() => ({ error: module.refused[0]?.message ?? 'it does not parse' }));
    const source = `data${packagePath(module)
      .map((name) => `[${JSON.stringify(name)}]`)
      .join('')}`;
    const all = await askAll(opa, folder, source, 'all.json');
    if (!('error' in all)) return all;
    const answers: NativeAnswer[] = [];
    for (const index of questions.keys()) {
      const alone = await askAll(opa, folder, source, `alone/${index}.json`);
      answers.push('error' in alone ? alone : (alone[0] ?? { error: 'OPA gave no answer' }));
    }
    return answers;
  });
};
