/** Bytes that an event names by digest. */
export interface NewEvidence {
  /** `sha256:<hex>` of `bytes`. */
  readonly digest: string;
  /** What the bytes are: `facts`, `policy-set`, `wasm`, `rego`. */
  readonly kind: string;
  readonly bytes: Uint8Array;
  /** True when the caller has reason to believe that it is not stored yet: then it is not looked up first, and stored once all the same. */
  readonly isNew?: boolean;
}

/** Stored evidence whose bytes were checked against the digest. */
export type Evidence = Omit<NewEvidence, 'isNew'>;

/** Stored evidence does not hash to its digest, or does not unpack. Not retryable: restore it from a copy. */
export class EvidenceDamaged extends Error {
  override readonly name = 'EvidenceDamaged';
  readonly digest: string;

  constructor(digest: string, options?: { readonly cause?: unknown }) {
    super(
      `The evidence stored as ${digest} does not hash to its digest. Run \`weir log verify\` and restore it from a copy.`,
      options,
    );
    this.digest = digest;
  }
}
