import type { ExitCode, Output } from './output.js';
import { printable } from './printable.js';

/** A command was used wrongly; the message says what to do instead. `details` go beside it into the JSON document. */
export class WrongUse extends Error {
  override readonly name = 'WrongUse';
  readonly details: Readonly<Record<string, unknown>>;

  constructor(message: string, { cause, ...details }: ErrorOptions & Readonly<Record<string, unknown>> = {}) {
    super(message, cause === undefined ? {} : { cause });
    this.details = details;
  }
}

/** What was asked for by name is not there. */
export class NotThere extends Error {
  override readonly name = 'NotThere';
}

type Failure = {
  readonly exitCode: Exclude<ExitCode, 0>;
  readonly code: 'not_found' | 'wrong_use' | 'fault';
  readonly details: Readonly<Record<string, unknown>>;
};

const failureOf = (error: unknown): Failure => {
  if (error instanceof NotThere) return { exitCode: 1, code: 'not_found', details: {} };
  if (error instanceof WrongUse) return { exitCode: 2, code: 'wrong_use', details: error.details };
  return { exitCode: 3, code: 'fault', details: {} };
};

const messageOf = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  // Wrong use says all there is to say; of a fault the reason may lie in what caused it.
  const { cause } = error;
  const isToldApart =
    failureOf(error).code === 'fault' && cause instanceof Error && !error.message.includes(cause.message);
  return isToldApart ? `${error.message}\n  because: ${cause.message}` : error.message;
};

/**
 * Runs a command and turns wrong use and faults into a line on stderr and the exit code that stands for them. Invariant:
 * with `json` there is a document on stdout in any case, `{"error": {"code", "message"}}` when the command has given none.
 * Invariant: nothing that a command says, from wherever it has it, is obeyed by a terminal.
 */
export const exitCodeOf = async (
  { output, json }: { readonly output: Output; readonly json: boolean },
  run: (output: Output) => Promise<ExitCode>,
): Promise<ExitCode> => {
  let hasAnswered = false;
  const watched: Output = {
    stdout: (text) => {
      hasAnswered = true;
      output.stdout(printable(text));
    },
    stderr: (text) => output.stderr(printable(text)),
    ready: async () => output.ready?.(),
  };
  try {
    return await run(watched);
  } catch (error) {
    const { exitCode, code, details } = failureOf(error);
    const message = messageOf(error);
    if (output.fault) output.fault(message, error);
    else watched.stderr(`${message}\n`);
    if (json && !hasAnswered) watched.stdout(`${JSON.stringify({ error: { code, message, ...details } })}\n`);
    return exitCode;
  }
};
