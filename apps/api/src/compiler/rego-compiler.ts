import {
  checkRego,
  compileModule,
  OpaUnavailable,
  type CheckReport,
  type CompiledModule,
  type OpaCompiler,
} from '@weir/policy';
import { problem, ProblemError } from '@weir/service';

/** Checks and compiles policies. Throws a 503 problem with the cure while there is no compiler. */
export interface RegoCompiler {
  /** With `parameters` the policy is looked at as it answers with them. */
  check(rego: string, parameters?: Readonly<Record<string, unknown>>): Promise<CheckReport>;
  compile(sources: readonly RegoSource[]): Promise<CompiledModule>;
}

export interface RegoSource {
  readonly id: string;
  readonly rego: string;
}

/** Looks for OPA at the first use, once at a time; a request waits for it at most `waitMillis`. */
export const regoCompiler = (find: () => Promise<OpaCompiler>, waitMillis: number): RegoCompiler => {
  let search: Promise<OpaCompiler> | null = null;
  const opa = (): Promise<OpaCompiler> => {
    search ??= find().catch((fault: unknown) => {
      search = null;
      throw fault instanceof OpaUnavailable ? unavailable(fault.message, fault) : fault;
    });
    return within(search, waitMillis);
  };
  return {
    check: async (rego, parameters) => checkRego(await opa(), rego, parameters),
    compile: async (sources) => compileModule(await opa(), sources),
  };
};

const RETRY_AFTER_SECONDS = '15';

const unavailable = (detail: string, cause?: unknown): ProblemError =>
  new ProblemError(
    problem(
      'no-compiler',
      `This needs the OPA compiler, which is not here. ${detail} Policies of GET /v1/policy-library need none.`,
    ),
    {
      cause,
      headers: { 'retry-after': RETRY_AFTER_SECONDS },
    },
  );

/** The search goes on when a request stops waiting for it: the next one finds it further. */
const within = async <T>(work: Promise<T>, millis: number): Promise<T> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () =>
        reject(unavailable(`It is being fetched or built: send the request again in ${RETRY_AFTER_SECONDS} seconds.`)),
      millis,
    );
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
};
