import { lastVerification, type RecordedVerification } from '@weir/event-store';
import { atMostEvery, observe } from '@weir/service';
import type pg from 'pg';

const EVERY_MS = 2_000;

/** Tells scrapes what the last recorded run of weir log verify found, and nothing before the first. The returned function ends that. */
export const observeVerification = (pool: Pick<pg.Pool, 'query'>): (() => void) => {
  const asked = atMostEvery(EVERY_MS, () => lastVerification(pool));
  const tell = (valueOf: (last: RecordedVerification) => number) => async () => {
    const last = await asked();
    return last === null ? [] : [{ value: valueOf(last), labels: {} }];
  };
  const observers = [
    observe(
      'logWhole',
      tell(({ isWhole }) => (isWhole ? 1 : 0)),
    ),
    observe(
      'logVerifiedEvents',
      tell(({ events }) => events),
    ),
    observe(
      'logVerifiedAt',
      tell(({ verifiedAt }) => verifiedAt.getTime() / 1000),
    ),
  ];
  return () => observers.forEach((end) => end());
};
