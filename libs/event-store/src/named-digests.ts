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
export const namedDigests = (data: unknown): readonly string[] => namedEvidence(data).map(({ digest }) => digest);

/** A piece of evidence that something names, with the kind that it must be of. */
export interface Named {
  readonly digest: string;
  readonly kind: string;
}

/** The same with the kind that each must be of: what the key says before `Digest`, `policySetDigest` a `policy-set`. */
export const namedEvidence = (data: unknown): readonly Named[] =>
  Object.entries(Object(data) as Readonly<Record<string, unknown>>).flatMap(([key, value]) => {
    if (NOT_EVIDENCE_KEYS.has(key)) return [];
    const [, stem, many] = /^(.*)Digest(s?)$/.exec(key) ?? [];
    if (stem === undefined) return [];
    const digests = many === 's' ? (Array.isArray(value) ? value : []) : [value];
    return digests.filter(isDigest).map((digest) => ({ digest, kind: kindOf(stem) }));
  });

const kindOf = (stem: string): string => stem.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** What a policy set rests on: the module that judges, and the revisions of its policies. */
export interface PolicySetParts {
  readonly module: Named | null;
  readonly revisionDigests: readonly string[];
}

/** Reads of a policy set's document what `log verify` must follow; null when it is none. */
export const partsOfPolicySet = (bytes: Uint8Array): PolicySetParts | null => {
  try {
    const { module, policies } = JSON.parse(Buffer.from(bytes).toString('utf8')) as {
      readonly module: { readonly wasmDigest: unknown } | null;
      readonly policies: readonly { readonly revisionDigest: unknown }[];
    };
    return {
      module: isDigest(module?.wasmDigest) ? { digest: module.wasmDigest, kind: 'wasm' } : null,
      revisionDigests: policies.flatMap(({ revisionDigest }) => (isDigest(revisionDigest) ? [revisionDigest] : [])),
    };
  } catch {
    return null;
  }
};
