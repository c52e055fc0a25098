import { expect, test } from 'vitest';
import { refuseOpenDoor } from './refuse-open-door.js';

const start =
  (HOST: string, { ALLOW_NO_KEYS = false, any = false }: { ALLOW_NO_KEYS?: boolean; any?: boolean | null } = {}) =>
  () =>
    refuseOpenDoor({ HOST, ALLOW_NO_KEYS }, { any: () => any });

test.each(['127.0.0.1', '127.8.0.1', '::1', '[::1]', 'localhost', 'LOCALHOST'])('%s asks for no key', (host) => {
  expect(start(host)).not.toThrow();
});

test.each(['0.0.0.0', '::', '10.1.2.3', '192.168.0.1', 'weir.example.org', '127.example.org', '1.127.0.0', ''])(
  '%s without a key is refused, with every cure',
  (host) => {
    expect(start(host)).toThrow(/HOST is ".*weir keys create.*API_KEYS.*127\.0\.0\.1.*ALLOW_NO_KEYS=true/s);
    expect(start(host, { ALLOW_NO_KEYS: true })).not.toThrow();
    expect(start(host, { any: true })).not.toThrow();
    expect(start(host, { any: null }), 'the keys could not be read yet: nobody is let in').not.toThrow();
  },
);
