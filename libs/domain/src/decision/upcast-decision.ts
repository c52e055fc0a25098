import type { PolicyResult } from './desired-state.js';
import { recordedResult } from './recorded-result.js';

interface Results {
  readonly results: readonly unknown[];
}

const withResults = (data: unknown, change: (result: unknown) => unknown): unknown => {
  const decision = data as Results;
  return { ...decision, results: decision.results.map(change) };
};

/** Version 1 repeated the digest of each policy's revision, which the policy set names. */
export const decisionToVersion2 = (data: unknown): unknown =>
  withResults(data, (result) => {
    const { revisionDigest: _revisionDigest, ...rest } = result as PolicyResult & { readonly revisionDigest: string };
    return rest;
  });

/** Version 2 had whole results of policies that do not match too. */
export const decisionToVersion3 = (data: unknown): unknown =>
  withResults(data, (result) => recordedResult(result as PolicyResult));
