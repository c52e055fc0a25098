import { reasonsInWords } from '@weir/domain';
import type { Decision } from './decision-message.js';

const MOST_REASONS = 50;
const LONGEST_REASON = 500;

/** Why a decision desires what it does, in so many sentences as an endpoint reads: policies may say reasons without end. */
export const reasonsOf = (decision: Decision['data']): readonly string[] =>
  reasonsInWords(decision)
    .slice(0, MOST_REASONS)
    .map((reason) => (reason.length > LONGEST_REASON ? `${reason.slice(0, LONGEST_REASON - 1)}…` : reason));
