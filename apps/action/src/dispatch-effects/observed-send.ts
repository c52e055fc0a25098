import type { AttemptOutcome } from '@weir/domain';
import { ATTRIBUTES, count, inSpan, record, SERVICES, SPANS } from '@weir/service';
import type { Endpoint } from '../send-webhooks/endpoint.js';
import { endpointAttributes } from '../send-webhooks/endpoint-attributes.js';
import type { FrontDelivery } from './delivery-tables.js';

/** An attempt to tell an endpoint, counted, measured, and in the trace of the decision that asked for it. */
export const observedSend = (
  send: () => Promise<AttemptOutcome>,
  to: Pick<Endpoint, 'name' | 'url'>,
  { effectId, traceparent }: FrontDelivery,
): Promise<AttemptOutcome> => {
  const { name: endpoint } = to;
  const attributes = { ...endpointAttributes(to), [ATTRIBUTES.effectId]: effectId };
  return inSpan(
    { service: SERVICES.action, name: SPANS.post, kind: 'client', parent: traceparent, attributes },
    async (span) => {
      const started = performance.now();
      const outcome = await send();
      record('deliveryDuration', (performance.now() - started) / 1000, { endpoint });
      count('deliveries', 1, { endpoint, outcome: outcome.kind });
      span?.setAttribute(ATTRIBUTES.outcome, outcome.kind);
      return outcome;
    },
  );
};
