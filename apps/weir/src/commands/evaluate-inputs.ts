import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { checkRego, compileModule, findOpa, startPolicyEngine } from '@weir/policy';
import { changedNumberIn } from '@weir/service';
import { judgeDocuments, loadModule, policyId, policySetOf, type Answer } from './judge-documents.js';
import type { ExitCode, Output } from './output.js';
import { exitCodeOf, WrongUse } from './exit-code-of.js';
import { readFileOrRefuse, refuseFolder } from './read-file-or-refuse.js';

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

const linesPerBatch = 256;

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
    const text = bytes.toString('utf8');
    const parameters = parametersOf(parseJson(text), file);
    const changed = changedNumberIn(text);
    if (changed) throw new WrongUse(`--parameters ${file}: ${changed.pointer} ${changed.detail}`);
    return parameters;
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
  // As it is saved: what would be refused then is not tried here.
  const { valid, findings } = await checkRego(opa, rego);
  if (valid) return compileModule(opa, [{ id: policyId, rego }]);
  const errors = findings.filter(({ severity }) => severity === 'error');
  const places = errors.map(({ line, column, message }) => `${options.policy}:${line}:${column}: ${message}`);
  throw new WrongUse(places.join('\n'), { findings: errors });
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
  refuseFolder(inputs, '--inputs');
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
      const policySet = policySetOf(module, parameters);
      await loadModule(engine, module, policySet);
      const judge: Judge = (inputs) =>
        judgeDocuments(
          engine,
          inputs.map((bytes) => ({ bytes, policySet, now })),
        );
      return await judgeAll(options, judge, output);
    } finally {
      await engine.close();
    }
  });
