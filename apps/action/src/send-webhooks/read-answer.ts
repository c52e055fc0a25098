import type { AttemptOutcome } from '@weir/domain';

/** What an endpoint answered. */
export interface Answer {
  readonly status: number;
  readonly retryAfter: string | undefined;
}

const RETRIED_REFUSALS = new Set([408, 425, 429]);
const WITH_RETRY_AFTER = new Set([429, 503]);

/** 2xx is taken; 3xx and 4xx will be the same next time, but for 408, 425 and 429; everything else may pass. */
export const readAnswer = ({ status, retryAfter }: Answer, now: Date): AttemptOutcome => {
  if (status >= 200 && status < 300) return { kind: 'taken', answer: String(status) };
  if (status >= 300 && status < 400)
    return {
      kind: 'rejected',
      reason: `Answered ${status}: redirects are not followed, set the endpoint's url to where it leads`,
    };
  if (status >= 400 && status < 500 && !RETRIED_REFUSALS.has(status))
    return { kind: 'rejected', reason: `Answered ${status}` };
  return {
    kind: 'failed',
    reason: `Answered ${status}`,
    retryAfter: WITH_RETRY_AFTER.has(status) ? milliseconds(retryAfter, now) : null,
  };
};

/** Retry-After is a number of seconds or an HTTP date (RFC 9110, section 10.2.3); null when it is neither. */
const milliseconds = (retryAfter: string | undefined, now: Date): number | null => {
  const text = retryAfter?.trim() ?? '';
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1000;
  const until = /^[A-Z]/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(until) ? null : Math.max(0, until - now.getTime());
};
