import { createReadStream } from 'node:fs';
import { access } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import type { PolicyResult } from '@weir/domain';
import { askPolicies, loadPolicySet, type Engine, type NamedPolicySet } from '@weir/judging';
import {
  compileModule,
  findOpa,
  READS_EVERYTHING,
  RegoRefused,
  startPolicyEngine,
  type CompiledModule,
} from '@weir/policy';
import type { ExitCode, Output } from './output.js';
import { exitCodeOf, WrongUse } from './exit-code-of.js';
import { readFileOrRefuse } from './read-file-or-refuse.js';

export type EvaluateInputsOptions = {
  readonly policy: string;
  /** One JSON document to judge. Exactly one of `input` and `inputs`. */
  readonly input?: string | undefined;
  /** One JSON document per line to judge. */
  readonly inputs?: string | undefined;
  /** JSON that the policy sees as `data.parameters`. */
  readonly parameters?: string | undefined;
  /** The instant `time.now_ns` tells, RFC 3339; the machine's clock when left out. */
  readonly now?: string | undefined;
  readonly json: boolean;
  readonly cacheDirectory: string;
  readonly deadlineMillis?: number | undefined;
  readonly memoryMegabytes?: number | undefined;
};

const policyId = 'policy';
const linesPerBatch = 256;

/** What the policy said of one input, and how long it took. */
export interface Answer extends Pick<PolicyResult, 'match' | 'reasons' | 'output' | 'error'> {
  readonly durationMicros: number;
}

type Judge = (inputs: readonly Buffer[]) => Promise<readonly Answer[]>;

const checkNow = (now: string | undefined): string => {
  if (now === undefined) return new Date().toISOString();
  const rfc3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/;
  if (rfc3339.test(now) && !Number.isNaN(Date.parse(now.replace(/(\.\d{3})\d+/, '$1')))) return now;
  throw new WrongUse(`--now is "${now}": give a time such as 2026-08-02T00:00:00Z`);
};

const parseJson = (text: string): unknown => JSON.parse(text);

const readParameters = async (file: string | undefined): Promise<Record<string, unknown>> => {
  if (file === undefined) return {};
  const bytes = await readFileOrRefuse(file, '--parameters');
  try {
    return parametersOf(parseJson(bytes.toString('utf8')), file);
  } catch (cause) {
    if (cause instanceof WrongUse) throw cause;
    throw new WrongUse(`--parameters ${file} is not JSON: ${String(cause)}`, { cause });
  }
};

const parametersOf = (value: unknown, file: string): Record<string, unknown> => {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new WrongUse(`--parameters ${file} holds no JSON object: write {"name": value}`);
};

const compilePolicy = async (options: EvaluateInputsOptions, output: Output) => {
  const rego = (await readFileOrRefuse(options.policy, '--policy')).toString('utf8');
  const opa = await findOpa({
    cacheDirectory: options.cacheDirectory,
    onProgress: (line) => output.stderr(`${line}\n`),
  });
  try {
    return await compileModule(opa, [{ id: policyId, rego }]);
  } catch (error) {
    if (!(error instanceof RegoRefused)) throw error;
    const places = error.findings.map(({ line, column, message }) => `${options.policy}:${line}:${column}: ${message}`);
    throw new WrongUse(places.join('\n'), { cause: error, findings: error.findings });
  }
};

const problemOf = (bytes: Buffer): string | undefined => {
  try {
    parseJson(bytes.toString('utf8'));
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
};

const badInput = (message: string): Answer => ({
  match: null,
  reasons: [],
  output: '{}',
  error: { code: 'bad_input', message: `the input is not valid JSON: ${message}` },
  durationMicros: 0,
});

/** The policy as the only one of a set, in force everywhere. */
const setOf = ({ digest, reads }: CompiledModule, parameters: Record<string, unknown>): NamedPolicySet => {
  const read = reads[policyId] ?? READS_EVERYTHING;
  const policy = {
    policyId,
    slot: policyId,
    name: policyId,
    revision: 1,
    revisionDigest: digest,
    parameters,
    scope: {},
    precedence: 0,
    terminal: false,
    actions: [],
    onError: 'closed' as const,
    reads: { ...read, inputPaths: [...read.inputPaths], builtins: [...read.builtins] },
  };
  return { digest, set: { workspace: 'default', module: { wasmDigest: digest }, policies: [policy] } };
};

const NOWHERE = { name: '', format: '', environment: null, team: null, region: null };

/** Wasm's parser stops at the end of the first value; whatever a user hands in is therefore parsed here first. */
const judgeWith =
  (engine: Engine, policySet: NamedPolicySet, now: string): Judge =>
  async (inputs) => {
    const problems = inputs.map(problemOf);
    const good = inputs.filter((_, index) => problems[index] === undefined);
    const durations: number[] = [];
    const questions = good.map((facts) => ({ policySet, repository: NOWHERE, facts, freshness: null, now }));
    const answers = await askPolicies(engine, questions, {
      onAnswers: (_, all) => durations.push(...all.map(([answer]) => answer?.durationMicros ?? 0)),
    });
    let next = 0;
    return problems.map((problem) => {
      if (problem !== undefined) return badInput(problem);
      const place = next++;
      const result = answers[place]?.results[0];
      return result ? { ...result, durationMicros: durations[place] ?? 0 } : badInput('no answer');
    });
  };

/** The answer as one line; `output` is put in as the text it is, so that no number is rounded on the way. */
export const lineOf = ({ match, reasons, output, error, durationMicros }: Answer): string =>
  `{"match":${JSON.stringify(match)},"reason":${JSON.stringify(reasons)},"output":${output},` +
  `"error":${JSON.stringify(error)},"durationMicros":${durationMicros}}\n`;

const wordsOf = ({ match, reasons, error }: Answer): string => {
  if (error !== null) return `error ${error.code}: ${error.message}\n`;
  const word = match === null ? 'match is undefined' : match ? 'match' : 'no match';
  return `${[word, ...reasons.map((reason) => `  ${reason}`)].join('\n')}\n`;
};

async function* batchesOf(file: string): AsyncGenerator<readonly Buffer[]> {
  let batch: Buffer[] = [];
  for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Infinity })) {
    if (line.trim() !== '') batch.push(Buffer.from(line));
    if (batch.length < linesPerBatch) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

async function* inputsOf({ input, inputs }: EvaluateInputsOptions): AsyncGenerator<readonly Buffer[]> {
  if (input !== undefined) yield [await readFileOrRefuse(input, '--input')];
  if (inputs === undefined) return;
  await access(inputs).catch((cause: unknown) => {
    throw new WrongUse(`--inputs ${inputs} is not there: name a file with one JSON document per line`, { cause });
  });
  yield* batchesOf(inputs);
}

const judgeAll = async (options: EvaluateInputsOptions, judge: Judge, output: Output): Promise<ExitCode> => {
  let faults = 0;
  for await (const batch of inputsOf(options)) {
    for (const answer of await judge(batch)) {
      if (answer.error !== null) faults += 1;
      output.stdout(options.json || options.inputs !== undefined ? lineOf(answer) : wordsOf(answer));
    }
    await output.ready?.();
  }
  return faults === 0 ? 0 : 3;
};

/**
 * `weir eval`: judges inputs by one policy through the engine the services use. Exit code 0 every input was judged
 * (whatever the answer), 2 wrong use, 3 the policy or an input was at fault, which the line says.
 */
export const evaluateInputs = (options: EvaluateInputsOptions, to: Output): Promise<ExitCode> =>
  exitCodeOf({ output: to, json: options.json }, async (output) => {
    if ((options.input === undefined) === (options.inputs === undefined))
      throw new WrongUse('give either --input or --inputs');
    const now = checkNow(options.now);
    const parameters = await readParameters(options.parameters);
    const module = await compilePolicy(options, output);
    const { deadlineMillis = 1_000, memoryMegabytes = 128 } = options;
    const engine = await startPolicyEngine({ workers: 1, deadlineMillis, memoryMegabytes });
    try {
      const policySet = setOf(module, parameters);
      await loadPolicySet(async () => ({ bytes: module.wasm }), engine, policySet);
      return await judgeAll(options, judgeWith(engine, policySet, now), output);
    } finally {
      await engine.close();
    }
  });
