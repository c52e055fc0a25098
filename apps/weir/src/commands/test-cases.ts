import { isDeepStrictEqual } from 'node:util';
import {
  compileModule,
  evalNatively,
  RegoRefused,
  startPolicyEngine,
  type NativeAnswer,
  type OpaCompiler,
} from '@weir/policy';
import { parse } from 'yaml';
import { z } from 'zod';
import { WrongUse } from './exit-code-of.js';
import { judgeDocuments, loadModule, policyId, policySetOf, type Answer } from './judge-documents.js';
import { readFileOrRefuse } from './read-file-or-refuse.js';

const casesSchema = z.strictObject({
  cases: z.array(
    z.strictObject({
      description: z.string().min(1),
      input: z.record(z.string(), z.unknown()),
      now: z.string().optional(),
      parameters: z.record(z.string(), z.unknown()).optional(),
      want: z.strictObject({ match: z.boolean(), reasons: z.array(z.string()) }),
    }),
  ),
});

/** A document and what the policy is to say of it, of a file such as policies/<name>/cases.yaml. */
export type PolicyCase = z.infer<typeof casesSchema>['cases'][number];

/** How a case went. */
export interface CaseOutcome {
  readonly name: string;
  readonly passed: boolean;
  /** What was said instead, by native OPA and the engine alike. */
  readonly said: string | null;
  /** Where native OPA and the engine that judges differ. */
  readonly difference: string | null;
}

/** What the clock says in a case that does not tell. */
export const DEFAULT_NOW = '2026-08-02T00:00:00Z';

export const readCases = async (file: string): Promise<readonly PolicyCase[]> => {
  const text = (await readFileOrRefuse(file, 'the cases')).toString('utf8');
  const read = casesSchema.safeParse(parse(text));
  if (read.success) return read.data.cases;
  const [issue] = read.error.issues;
  throw new WrongUse(`${file}: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'is no file of cases'}`);
};

/** Judges each case natively and by the engine, as a package would be judged, and compares both with each other and with what is wanted. */
export const runCases = async (
  opa: OpaCompiler,
  rego: string,
  cases: readonly PolicyCase[],
): Promise<readonly CaseOutcome[]> => {
  const answers = await judgeByEngine(opa, rego, cases);
  const native = await evalNatively(
    opa,
    rego,
    cases.map(({ input, now = DEFAULT_NOW, parameters = {} }) => ({ input: JSON.stringify(input), now, parameters })),
  );
  return cases.map((one, index) => outcomeOf(one, answers[index], native[index]));
};

const judgeByEngine = async (
  opa: OpaCompiler,
  rego: string,
  cases: readonly PolicyCase[],
): Promise<readonly Answer[]> => {
  const module = await compileModule(opa, [{ id: policyId, rego }]).catch((fault: unknown) => {
    throw fault instanceof RegoRefused
      ? new WrongUse(fault.message, { cause: fault, findings: fault.findings })
      : fault;
  });
  const engine = await startPolicyEngine({ workers: 1, deadlineMillis: 2_000, memoryMegabytes: 128 });
  try {
    const documents = cases.map(({ input, now = DEFAULT_NOW, parameters = {} }) => ({
      bytes: Buffer.from(JSON.stringify(input)),
      now,
      policySet: policySetOf(module, parameters),
    }));
    for (const { policySet } of documents) await loadModule(engine, module, policySet);
    return await judgeDocuments(engine, documents);
  } finally {
    await engine.close();
  }
};

const outcomeOf = (
  { description, want }: PolicyCase,
  engine: Answer | undefined,
  native: NativeAnswer | undefined,
): CaseOutcome => {
  const difference = differenceOf(engine, native);
  const isAsWanted =
    engine?.error === null &&
    (engine.match === true) === want.match &&
    isDeepStrictEqual([...engine.reasons].sort(), [...want.reasons].sort());
  return {
    name: description,
    passed: isAsWanted && difference === null,
    said: isAsWanted ? null : sayingOf(engine),
    difference,
  };
};

/** Null where both say the same, or both fail. */
export const differenceOf = (engine: Answer | undefined, native: NativeAnswer | undefined): string | null => {
  if (engine === undefined || native === undefined) return 'one of them gave no answer';
  if ('error' in native)
    return engine.error === null ? `natively it fails: ${native.error}; the engine says ${sayingOf(engine)}` : null;
  if (engine.error !== null) return `the engine fails: ${engine.error.code}: ${engine.error.message}`;
  const ours: unknown = JSON.parse(engine.output);
  return isDeepStrictEqual(ours, native.document)
    ? null
    : `natively ${JSON.stringify(native.document)}; the engine says ${engine.output}`;
};

const sayingOf = (answer: Answer | undefined): string => {
  if (answer === undefined) return 'nothing';
  if (answer.error !== null) return `error ${answer.error.code}: ${answer.error.message}`;
  return `${answer.match === true ? 'match' : 'no match'} ${JSON.stringify(answer.reasons)}`;
};
