import { ATTRIBUTES } from '@weir/service';
import type { Endpoint } from './endpoint.js';

/**
 * What a span tells of the address, by OpenTelemetry's HTTP conventions. Login, path and query are left out: many an
 * address of a webhook is a secret from the host on, and `weir.endpoint` names it.
 */
export const endpointAttributes = ({
  name,
  url: address,
}: Pick<Endpoint, 'name' | 'url'>): Readonly<Record<string, string | number>> => {
  const url = new URL(address);
  const isBare = url.pathname === '/' && url.search === '';
  return {
    [ATTRIBUTES.endpoint]: name,
    [ATTRIBUTES.method]: 'POST',
    [ATTRIBUTES.url]: `${url.origin}/${isBare ? '' : 'REDACTED'}`,
    [ATTRIBUTES.serverAddress]: url.hostname,
    [ATTRIBUTES.serverPort]: Number(url.port || (url.protocol === 'https:' ? 443 : 80)),
  };
};
