import type { Decision } from './decision-message.js';

const MOST_REASONS = 50;
const LONGEST_REASON = 500;

/** Why a decision desires what it does, in sentences for people: the reasons of each policy that asks for something. */
export const reasonsOf = ({ desired, results, presence }: Decision['data']): readonly string[] => {
  if (presence === 'deleted') return ['The registry deleted the package'];
  const asking = new Map(desired.because.map(({ policyId, name }) => [policyId, name]));
  const reasons = [...asking].flatMap(([policyId, name]) => ownReasons(name, results.find((result) => result.policyId === policyId)));
  const all = reasons.length > 0 ? reasons : ['No policy asks for anything'];
  return all.slice(0, MOST_REASONS).map((reason) => (reason.length > LONGEST_REASON ? `${reason.slice(0, LONGEST_REASON - 1)}…` : reason));
};

const ownReasons = (name: string, result: Decision['data']['results'][number] | undefined): readonly string[] => {
  if (result?.error) return [`${name}: could not be evaluated (${result.error.code}: ${result.error.message})`];
  return result && result.reasons.length > 0 ? result.reasons.map((reason) => `${name}: ${reason}`) : [`${name}: matches`];
};
