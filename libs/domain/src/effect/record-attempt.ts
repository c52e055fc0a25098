import type { EffectAbandoned, EffectAttemptFailed, EffectDelivered } from './effect.js';
import type { OpenDelivery, PackageEffects } from './package-effects.js';

/** How an endpoint took an attempt. */
export type AttemptOutcome =
  | { readonly kind: 'taken'; readonly answer: string }
  /** Trying again may help, not sooner than `retryAfter` milliseconds when the endpoint said so. */
  | { readonly kind: 'failed'; readonly reason: string; readonly retryAfter: number | null }
  /** Trying again cannot help. */
  | { readonly kind: 'rejected'; readonly reason: string };

/** What became of one attempt to tell an endpoint. */
export interface RecordAttempt {
  readonly type: 'RecordAttempt';
  readonly effectId: string;
  readonly endpoint: string;
  readonly outcome: AttemptOutcome;
  readonly attemptedAt: string;
  /** When to try again should the attempt have failed, by `retryDelay`; null to give up. */
  readonly nextAttemptAt: string | null;
}

type AttemptEvent = EffectDelivered | EffectAttemptFailed | EffectAbandoned;

/** Invariant: a delivery has one final outcome; an attempt on what is not open any more records nothing. */
export const recordAttempt = (
  command: RecordAttempt,
  effects: Pick<PackageEffects, 'open'>,
): readonly AttemptEvent[] => {
  const delivery = effects.open.find(
    ({ effectId, endpoint }) => effectId === command.effectId && endpoint === command.endpoint,
  );
  if (!delivery) return [];
  const { outcome } = command;
  switch (outcome.kind) {
    case 'taken':
      return [delivered(command, delivery, outcome.answer)];
    case 'failed': {
      const failure = failed(command, delivery, outcome.reason, command.nextAttemptAt);
      return command.nextAttemptAt === null
        ? [failure, abandoned(command, delivery, `Gave up after ${attemptsMade(delivery)}: ${outcome.reason}`)]
        : [failure];
    }
    case 'rejected':
      return [failed(command, delivery, outcome.reason, null), abandoned(command, delivery, outcome.reason)];
    default: {
      const unknown: never = outcome;
      return unknown;
    }
  }
};

const attemptsMade = ({ attempts }: OpenDelivery): string =>
  attempts === 0 ? '1 attempt' : `${attempts + 1} attempts`;

const delivered = (
  { effectId, endpoint, attemptedAt }: RecordAttempt,
  { attempts }: OpenDelivery,
  answer: string,
): EffectDelivered => ({
  type: 'EffectDelivered',
  version: 1,
  data: { effectId, endpoint, attempt: attempts + 1, answer, deliveredAt: attemptedAt },
});

const failed = (
  { effectId, endpoint, attemptedAt }: RecordAttempt,
  { attempts }: OpenDelivery,
  reason: string,
  nextAttemptAt: string | null,
): EffectAttemptFailed => ({
  type: 'EffectAttemptFailed',
  version: 1,
  data: { effectId, endpoint, attempt: attempts + 1, reason, failedAt: attemptedAt, nextAttemptAt },
});

const abandoned = (
  { effectId, endpoint, attemptedAt }: RecordAttempt,
  { attempts }: OpenDelivery,
  reason: string,
): EffectAbandoned => ({
  type: 'EffectAbandoned',
  version: 1,
  data: { effectId, endpoint, attempts: attempts + 1, reason, abandonedAt: attemptedAt },
});
