import { ANYONE, type Principal } from '@weir/domain';
import { problem } from '../http/problem.js';
import { ProblemError } from '../http/problem-error.js';
import type { KeyRing } from './key-ring.js';
import type { Rule } from './rule.js';

/** Who is let through by a route's rule with the key they showed; else the problem that tells them why not. */
export const admit = (rule: Rule, ring: KeyRing, key: string | null): Principal | ProblemError => {
  if (rule.permission === 'nothing') return STRANGER;
  const known = identify(ring, key);
  return known instanceof ProblemError ? known : (lacking(rule, known) ?? known);
};

/** The same where nothing is asked for but some key that is known, as for a route that there is not. */
export const identify = (ring: KeyRing, key: string | null): Principal | ProblemError => {
  const state = ring.state();
  switch (state) {
    case 'open':
      return ANYONE;
    case 'unread':
      return new ProblemError(problem(503, 'The keys were not read from the log yet: send the request again.'), {
        headers: { 'retry-after': '1' },
      });
    case 'guarded': {
      if (key === null) return unknown('This needs a key.');
      const found = ring.find(key);
      return 'refused' in found ? unknown(found.refused) : found;
    }
    default: {
      const unknownState: never = state;
      throw new Error(`No rule for keys that are ${String(unknownState)}`);
    }
  }
};

/** A route that needs nothing is told nobody's name. */
const STRANGER: Principal = { name: null, keyId: null, permissions: [], workspaces: [] };

const unknown = (why: string): ProblemError =>
  new ProblemError(
    problem(
      401,
      `${why} Send one as Authorization: Bearer KEY, or X-Api-Key: KEY. Whoever administers this Weir makes keys with weir keys create.`,
    ),
    { headers: { 'www-authenticate': 'Bearer realm="weir"' } },
  );

const lacking = ({ permission, workspaces }: Rule, principal: Principal): ProblemError | null => {
  const { name, permissions, workspaces: own } = principal;
  if (permission !== 'nothing' && permission !== 'known' && !permissions.includes(permission))
    return forbidden(
      `The key ${String(name)} lacks the permission ${permission}: ask whoever administers this Weir for a key that has it.`,
    );
  if (workspaces === 'all' && own !== null)
    return forbidden(
      `The key ${String(name)} is bound to ${own.join(', ')}, and this belongs to no workspace: it takes a key for all workspaces.`,
    );
  return null;
};

const forbidden = (detail: string): ProblemError => new ProblemError(problem(403, detail));
