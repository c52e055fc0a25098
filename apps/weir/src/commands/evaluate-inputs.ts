import { createReadStream } from 'node:fs';
import { access } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { compileModule, findOpa, parameterData, RegoRefused, startPolicyEngine } from '@weir/policy';
import type { PolicyAnswer, PolicyEngine } from '@weir/policy';
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
const key = 'eval';
const linesPerBatch = 256;

type Judge = (inputs: readonly Buffer[]) => Promise<readonly PolicyAnswer[]>;

const checkNow = (now: string | undefined): string => {
  if (now === undefined) return new Date().toISOString();
  const rfc3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/;
  if (rfc3339.test(now) && !Number.isNaN(Date.parse(now.replace(/(\.\d{3})\d+/, '$1')))) return now;
  throw new WrongUse(`--now is "${now}": give a time such as 2026-08-02T00:00:00Z`);
};

const parseJson = (text: string): unknown => JSON.parse(text);

const readParameters = async (file: string | undefined): Promise<unknown> => {
  if (file === undefined) return {};
  const bytes = await readFileOrRefuse(file, '--parameters');
  try {
    return parseJson(bytes.toString('utf8'));
  } catch (cause) {
    throw new WrongUse(`--parameters ${file} is not JSON: ${String(cause)}`, { cause });
  }
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
    throw new WrongUse(places.join('\n'), { cause: error });
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

const badInput = (message: string): PolicyAnswer => ({
  policyId,
  match: null,
  reasons: [],
  output: '{}',
  error: { code: 'bad_input', message: `the input is not valid JSON: ${message}` },
  timing: 'moving',
  durationMicros: 0,
});

/** Wasm's parser stops at the end of the first value; whatever a user hands in is therefore parsed here first. */
const judgeWith =
  (engine: PolicyEngine, now: string): Judge =>
  async (inputs) => {
    const problems = inputs.map(problemOf);
    const good = inputs.filter((_, index) => problems[index] === undefined);
    const answers = await engine.evaluate({ key, inputs: good.map((input) => ({ input, now, asks: [policyId] })) });
    let next = 0;
    return problems.map((problem) => {
      const answer = problem === undefined ? answers[next++]?.[0] : badInput(problem);
      return answer ?? badInput('no answer');
    });
  };

/** The answer as one line; `output` is put in as the text it is, so that no number is rounded on the way. */
export const lineOf = ({ match, reasons, output, error, durationMicros }: PolicyAnswer): string =>
  `{"match":${JSON.stringify(match)},"reason":${JSON.stringify(reasons)},"output":${output},` +
  `"error":${JSON.stringify(error)},"durationMicros":${durationMicros}}\n`;

const wordsOf = ({ match, reasons, error }: PolicyAnswer): string => {
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
  }
  return faults === 0 ? 0 : 3;
};

/**
 * `weir eval`: judges inputs by one policy through the engine the services use. Exit code 0 every input was judged
 * (whatever the answer), 2 wrong use, 3 the policy or an input was at fault, which the line says.
 */
export const evaluateInputs = (options: EvaluateInputsOptions, output: Output): Promise<ExitCode> =>
  exitCodeOf(output, async () => {
    if ((options.input === undefined) === (options.inputs === undefined)) throw new WrongUse('give either --input or --inputs');
    const now = checkNow(options.now);
    const parameters = await readParameters(options.parameters);
    const { digest, wasm, reads } = await compilePolicy(options, output);
    const { deadlineMillis = 1_000, memoryMegabytes = 128 } = options;
    const engine = await startPolicyEngine({ workers: 1, deadlineMillis, memoryMegabytes });
    try {
      await engine.load({ key, digest, wasm, data: parameterData({ [policyId]: parameters }), reads });
      return await judgeAll(options, judgeWith(engine, now), output);
    } finally {
      await engine.close();
    }
  });
