const DIGEST = /^sha256:[0-9a-f]{64}$/;

/**
 * Keys ending in `Digest` whose value names something that is not kept as evidence: the engine, an artifact, a policy
 * revision (all that makes it up is in the event that made it).
 */
export const NOT_EVIDENCE_KEYS: ReadonlySet<string> = new Set(['engineDigest', 'packageDigest', 'revisionDigest']);

/**
 * The digests of evidence that an event's data names, each once: every text `sha256:<64 hex>` under a key that ends in
 * `Digest`, at any depth, except under NOT_EVIDENCE_KEYS. `log verify` demands that each of them is stored, so an event
 * names evidence under such a key and anything else under another.
 */
export const namedDigests = (data: unknown): readonly string[] => {
  const found = new Set<string>();
  const pending: unknown[] = [data];
  for (let value = pending.pop(); value !== undefined; value = pending.pop()) {
    if (typeof value !== 'object' || value === null) continue;
    for (const [key, child] of Object.entries(value)) {
      if (typeof child === 'string') {
        if (key.endsWith('Digest') && DIGEST.test(child) && !NOT_EVIDENCE_KEYS.has(key)) found.add(child);
      } else if (typeof child === 'object' && child !== null) pending.push(child);
    }
  }
  return [...found];
};
