import { expect, test } from 'vitest';
import { seeded } from '../../../../tools/testing/seeded.js';
import { withoutSecrets } from './without-secrets.js';

test.each([
  ['http://user:password@host/', 'http://host/'],
  ['https://user:p@ss:w@host:8443/a?token=abc&part=2#x', 'https://host:8443/a?token=***&part=***#x'],
  ['https://host/all.zip?sig', 'https://host/all.zip?***'],
  ['file:///srv/feeds/epss.csv', 'file:///srv/feeds/epss.csv'],
  ['C:\\feeds\\kev.json', 'C:\\feeds\\kev.json'],
  ['mirror of https://me:secret@host/x for a friend@example.org', 'mirror of https://host/x for a friend@example.org'],
  ['http://user:pass word@host/', 'http://host/'],
  ['upload', 'upload'],
])('%s is told as %s', (source, told) => {
  expect(withoutSecrets(source)).toBe(told);
});

test('no login and no value of a query is left in any address, whatever characters they are made of', () => {
  const draw = seeded(20_261_130);
  const text = (): string =>
    Array.from({ length: 6 }, () => 'aZ09-._~!$&*+,;=:%@'.charAt(Math.floor(draw() * 19))).join('');
  for (let time = 0; time < 2_000; time += 1) {
    const url = new URL('https://mirror.example/path');
    [url.username, url.password] = [`u${text()}`, `SECRET${text()}`];
    url.searchParams.set('token', `SECRET${text()}`);
    expect(withoutSecrets(url.href)).not.toMatch(/SECRET|@/);
    expect(withoutSecrets(`${url.href} and ${url.href}`)).not.toMatch(/SECRET|@/);
  }
});
