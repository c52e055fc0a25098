import { expect, test } from 'vitest';
import { endpointAttributes } from './endpoint-attributes.js';

test.each([
  ['https://hooks.example.org/services/T0/B0/secret', 'https://hooks.example.org/REDACTED', 'hooks.example.org', 443],
  [
    'https://user:password@hooks.example.org:8443/?token=secret',
    'https://hooks.example.org:8443/REDACTED',
    'hooks.example.org',
    8443,
  ],
  ['http://127.0.0.1:9000/', 'http://127.0.0.1:9000/', '127.0.0.1', 9000],
  ['http://hooks.example.org', 'http://hooks.example.org/', 'hooks.example.org', 80],
])('a span names the server of %s and none of its secrets', (url, full, address, port) => {
  expect(endpointAttributes({ name: 'ops', url })).toEqual({
    'weir.endpoint': 'ops',
    'http.request.method': 'POST',
    'url.full': full,
    'server.address': address,
    'server.port': port,
  });
});
