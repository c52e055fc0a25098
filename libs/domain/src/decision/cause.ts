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
      readonly changed: readonly string[];
      readonly because: readonly string[];
    }
  | { readonly kind: 'policy'; readonly policySetDigest: string }
  | { readonly kind: 'time'; readonly dueAt: string };
