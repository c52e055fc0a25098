import type { PolicyAction } from '../story.ts';
import type { Answer } from './policy-twins.ts';

/** What a policy that is asked about a package wants, and what it answered. */
export interface Asked {
  readonly policyId: string;
  readonly precedence: number;
  readonly terminal: boolean;
  readonly actions: readonly PolicyAction[];
  readonly onError: 'closed' | 'open' | 'hold';
  readonly answer: Answer;
  /** Whether it matched when it last gave an answer; null: it never did. */
  readonly lastMatch: boolean | null;
}

/** What a package must be. */
export interface Desired {
  readonly state: string;
  readonly tags: readonly string[];
  /** Ids of the policies that ask for something, in the order in which they are applied. */
  readonly policies: readonly string[];
}

export const DELETED: Desired = { state: 'deleted', tags: [], policies: [] };

/** As docs/how-to/write-a-policy.md says under Precedence, Terminal and Failure mode. */
export const desiredState = (asked: readonly Asked[]): Desired => {
  const ordered = asked.toSorted((a, b) => a.precedence - b.precedence || (a.policyId < b.policyId ? -1 : 1));
  const tags = new Set<string>();
  const policies: string[] = [];
  let state = 'available';
  for (const policy of ordered.filter(claims)) {
    for (const action of policy.actions) {
      if (action.type === 'SetPackageState') state = action.state;
      else
        for (const tag of action.tags)
          if (action.type === 'AddPackageTags') tags.add(tag);
          else tags.delete(tag);
    }
    if (policy.actions.length > 0) policies.push(policy.policyId);
    if (policy.terminal && policy.answer === 'match') break;
  }
  return { state, tags: [...tags].sort(), policies };
};

const claims = ({ answer, onError, lastMatch }: Asked): boolean => {
  if (answer !== 'fault') return answer === 'match';
  switch (onError) {
    case 'closed':
      return true;
    case 'open':
      return false;
    case 'hold':
      return lastMatch ?? true;
    default: {
      const unknown: never = onError;
      throw new Error(`Unknown failure mode ${String(unknown)}`);
    }
  }
};
