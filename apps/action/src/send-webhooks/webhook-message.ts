import type { EffectRequested } from '@weir/domain';
import { Webhook } from 'standardwebhooks';
import type { Endpoint } from './endpoint.js';

/** What is sent: the same bytes and id at every attempt, only time and signatures differ. */
export interface WebhookMessage {
  readonly id: string;
  readonly body: string;
}

/** CloudEvents 1.0, structured JSON. Invariant: made from the recorded effect alone, so every attempt has the same bytes. */
export const webhookMessage = (effect: EffectRequested['data'], endpoint: string): WebhookMessage => ({
  id: `${effect.effectId}_${endpoint}`,
  body: JSON.stringify({
    specversion: '1.0',
    id: effect.effectId,
    source: `/weir/${encodeURIComponent(effect.workspace)}`,
    type: `dev.weir.package.${effect.kind}.v1`,
    time: effect.requestedAt,
    subject: effect.purl,
    datacontenttype: 'application/json',
    data: {
      workspace: effect.workspace,
      repository: effect.repository,
      purl: effect.purl,
      state: { from: effect.change.state.from, to: effect.change.state.to },
      tags: effect.change.tags,
      tagsAdded: effect.change.tagsAdded,
      tagsRemoved: effect.change.tagsRemoved,
      reasons: effect.reasons,
      decisionId: effect.decisionId,
    },
  }),
});

/** The Standard Webhooks headers of one attempt, one signature for each secret: https://www.standardwebhooks.com */
export const signedHeaders = (
  message: WebhookMessage,
  secrets: Endpoint['secrets'],
  at: Date,
): Readonly<Record<string, string>> => ({
  'webhook-id': message.id,
  'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
  'webhook-signature': secrets.map((secret) => new Webhook(secret).sign(message.id, at, message.body)).join(' '),
});
