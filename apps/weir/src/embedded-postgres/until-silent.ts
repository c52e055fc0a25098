import { sleepUnless } from '@weir/postgres';

/** How long a server may say nothing. */
export interface Patience {
  /** So many questions in a row without a word make it silent. */
  readonly questions: number;
  readonly answerMillis: number;
  /** Between an answer and the next question. */
  readonly pauseMillis: number;
}

/** A machine that is busy, or writes its checkpoint, may take seconds for a connection; none takes half a minute. */
export const PATIENCE: Patience = { questions: 3, answerMillis: 10_000, pauseMillis: 10_000 };

/** When the process is to end, nobody waits for a server that says nothing. */
const HURRY: Patience = { questions: 1, answerMillis: 3_000, pauseMillis: 1_000 };

export interface SilenceWatch {
  /** Asks the server anything; a refusal is an answer. */
  readonly ask: () => Promise<unknown>;
  readonly patience: Patience;
  /** Aborts when the watch is over. */
  readonly over: AbortSignal;
  /** Aborts when the process is to end: then one question is asked at once, with less patience. */
  readonly hurry: AbortSignal;
  /** Told at the first question without an answer. */
  readonly onFirstSilence: (millis: number) => void;
}

/** Resolves to true when the server has become silent, to false when the watch is over before. */
export const untilSilent = async (watch: SilenceWatch): Promise<boolean> => {
  const { ask, over, hurry, onFirstSilence } = watch;
  const either = AbortSignal.any([over, hurry]);
  const waked = (): AbortSignal => (hurry.aborted ? over : either);
  const limits = (): Patience => (hurry.aborted ? HURRY : watch.patience);
  for (let unanswered = 0; ;) {
    if (unanswered === 0) await sleepUnless(waked(), limits().pauseMillis);
    if (over.aborted) return false;
    const wasHurried = hurry.aborted;
    const { questions, answerMillis } = limits();
    const answered = await isAnswered(ask(), answerMillis, waked());
    if (over.aborted) return false;
    // Waked in the middle of a question: it is asked again, with less patience.
    if (!answered && hurry.aborted !== wasHurried) continue;
    unanswered = answered ? 0 : unanswered + 1;
    if (unanswered === 1) onFirstSilence(answerMillis);
    if (unanswered >= questions) return true;
  }
};

/** A moment more than the limit: who was busy for long hears the limit before the answer that has come meanwhile. */
const A_MOMENT_MS = 50;

const isAnswered = async (answer: Promise<unknown>, millis: number, waked: AbortSignal): Promise<boolean> => {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const late = (): void => void setTimeout(() => resolve(false), A_MOMENT_MS);
  const timer = setTimeout(late, millis);
  waked.addEventListener('abort', late, { once: true });
  answer.then(
    () => resolve(true),
    (fault: unknown) => resolve(!isSilence(fault)),
  );
  const answered = await promise;
  clearTimeout(timer);
  waked.removeEventListener('abort', late);
  return answered;
};

/** What the driver says when a limit of its own was reached first. */
const isSilence = (fault: unknown): boolean => fault instanceof Error && /time(?:d )?out/i.test(fault.message);
