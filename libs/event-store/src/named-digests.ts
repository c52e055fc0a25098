/**
 * Keys ending in `Digest` whose value names something that is not kept as evidence: the engine, an artifact, a policy
 * revision (all that makes it up is in the event that made it).
 */
export const NOT_EVIDENCE_KEYS: ReadonlySet<string> = new Set(['engineDigest', 'packageDigest', 'revisionDigest']);

/**
 * A member as JSON.stringify writes it, without space. Inside of a string its quotes would be escaped, so that texts
 * which merely quote such a member do not match.
 */
const MEMBER = /"(\w*Digest)":"(sha256:[0-9a-f]{64})"/g;

/**
 * The digests of evidence that an event's stored data names, each once: every text `sha256:<64 hex>` under a key that
 * ends in `Digest`, at any depth, except under NOT_EVIDENCE_KEYS. `log verify` demands that each of them is stored, so
 * an event names evidence under such a key and anything else under another.
 */
export const namedDigests = (dataText: string): readonly string[] => {
  const found = new Set<string>();
  for (const [, key, digest] of dataText.matchAll(MEMBER)) {
    if (key !== undefined && digest !== undefined && !NOT_EVIDENCE_KEYS.has(key)) found.add(digest);
  }
  return [...found];
};
