/** What a registry reported. */
export interface Observation {
  readonly id: string;
  readonly source: string;
  readonly kind: 'published' | 'copied' | 'deleted' | 'downloaded';
  readonly occurredAt: string;
  readonly receivedAt: string;
  readonly actor: string | null;
}

/** Why a package was judged. */
export type Cause =
  | { readonly kind: 'observation'; readonly observation: Observation }
  | {
      readonly kind: 'feed';
      readonly feed: 'osv' | 'epss' | 'kev';
      readonly revision: string;
      /** Paths of the facts that differ from those of the judgement before. */
      readonly changed: readonly string[];
      readonly because: readonly string[];
    }
  | { readonly kind: 'policy'; readonly policySetDigest: string }
  /** Another engine judges from now on. */
  | { readonly kind: 'engine'; readonly engineDigest: string }
  /** A feed was loaded, and a policy reads when feeds were. */
  | { readonly kind: 'freshness'; readonly freshnessDigest: string | null }
  | { readonly kind: 'time'; readonly dueAt: string }
  /** Policies that had failed are asked again. */
  | { readonly kind: 'retry'; readonly policies: readonly string[] };
