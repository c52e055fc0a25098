import type { EffectKind } from '@weir/domain';

/** A receiver of webhooks, from configuration. */
export interface Endpoint {
  /** Names the endpoint in the log and in webhook ids; keep it when the URL changes. */
  readonly name: string;
  readonly url: string;
  /** Standard Webhooks secrets (`whsec_` and base64); each signs, so that keys can be rotated without a gap. */
  readonly secrets: readonly string[];
  /** Kinds of effect it wants; all when null. */
  readonly kinds: readonly EffectKind[] | null;
  /** Whether its host may have a private, loopback or link-local address. */
  readonly allowPrivate: boolean;
}
