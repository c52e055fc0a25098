import { isDigest } from '@weir/postgres';

/**
 * Members ending in `Digest` whose value names something that is not kept as evidence: the engine, an artifact, a policy
 * revision (all that makes it up is in the event that made it).
 */
export const NOT_EVIDENCE_KEYS: ReadonlySet<string> = new Set(['engineDigest', 'packageDigest', 'revisionDigest']);

/**
 * The digests of evidence that an event names: the members of its data whose key ends in `Digest`, or in `Digests`
 * for a list, and whose value is a digest, except NOT_EVIDENCE_KEYS. `log verify` demands that each of them is stored.
 *
 * Only the data's own members count, nothing nested: what lies deeper may come from users, such as a policy's
 * parameters, and nobody may make a whole log look damaged.
 */
export const namedDigests = (data: unknown): readonly string[] =>
  Object.entries(Object(data) as Readonly<Record<string, unknown>>).flatMap(([key, value]) => {
    if (NOT_EVIDENCE_KEYS.has(key)) return [];
    if (key.endsWith('Digests') && Array.isArray(value)) return value.filter(isDigest);
    return key.endsWith('Digest') && isDigest(value) ? [value] : [];
  });
