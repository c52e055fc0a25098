import type { LookupAddress } from 'node:dns';
import { expect, test } from 'vitest';
import { AddressRefused, publicLookup, refusePrivateHost } from './vetted-lookup.js';

test.each([
  'http://127.0.0.1/',
  'http://2130706433/',
  'http://0x7f000001/',
  'http://0177.0.0.1/',
  'http://127.1/',
  'http://169.254.169.254/latest/meta-data/',
  'http://[::1]/',
  'http://[fe80::1]/',
  'http://[::ffff:169.254.169.254]/',
  'http://[64:ff9b::a9fe:a9fe]/',
  'http://user@10.0.0.1/',
])('a URL that names a private address in any notation is refused: %s', (url) => {
  expect(() => refusePrivateHost(new URL(url))).toThrow(AddressRefused);
});

test.each(['https://8.8.8.8/', 'https://[2606:4700:4700::1111]/', 'https://example.com/'])(
  'a public address, or a name that is resolved later, is not refused here: %s',
  (url) => {
    expect(() => refusePrivateHost(new URL(url))).not.toThrow();
  },
);

const resolve = (hostname: string, all: boolean): Promise<{ fault: Error | null; address: string | LookupAddress[] }> =>
  new Promise((done) => publicLookup(hostname, { all }, (fault, address) => done({ fault, address })));

test.each([true, false])(
  'a name that leads to a private address is refused for the connection (all addresses: %s)',
  async (all) => {
    const { fault, address } = await resolve('localhost', all);
    expect(fault).toBeInstanceOf(AddressRefused);
    expect(fault?.message).toMatch(
      /^localhost has the address (127\.0\.0\.1|::1), which is not public\. Set "allowPrivate": true/,
    );
    expect(address).toBe('');
  },
);

test('what resolves to a public address is passed on as checked', async () => {
  expect(await resolve('8.8.8.8', true)).toEqual({ fault: null, address: [{ address: '8.8.8.8', family: 4 }] });
  expect(await resolve('8.8.8.8', false)).toEqual({ fault: null, address: '8.8.8.8' });
});
