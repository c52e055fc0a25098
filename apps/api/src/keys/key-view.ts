import type { AskedByView, KeyView } from '@weir/contracts';
import { isInForce, type AskedBy, type Key } from '@weir/domain';

/** Who asked, as answers show it. */
export const byOf = ({ actor, actorKey }: Partial<AskedBy>): AskedByView | null =>
  actor === null || actor === undefined ? null : { name: actor, keyId: actorKey ?? null };

/** A key as answers show it: never its digests. */
export const keyView = (key: Key, lastUsedAt: string | null, now: string): KeyView => {
  const { keyId, name, permissions, workspaces, expiresAt, rotatedAt, created, revoked, secrets } = key;
  const formerEndsAt = secrets[1]?.endsAt ?? null;
  return {
    keyId,
    name,
    permissions: [...permissions],
    workspaces: workspaces && [...workspaces],
    state: stateOf(key, now),
    createdAt: created.at,
    createdBy: byOf(created),
    expiresAt,
    rotatedAt,
    formerEndsAt: formerEndsAt !== null && formerEndsAt > now ? formerEndsAt : null,
    revokedAt: revoked?.at ?? null,
    revokedBy: revoked && byOf(revoked),
    lastUsedAt,
  };
};

const stateOf = (key: Key, now: string): KeyView['state'] => {
  if (key.revoked) return 'revoked';
  return isInForce(key, now) ? 'in force' : 'expired';
};
