import { expect, test } from 'vitest';
import { decisionHref, packageHref, packagesHref, parseHash, policyHref, type PackageFilter } from './route.js';

const everything: PackageFilter = {
  workspace: 'a b',
  repository: 'npm/dev',
  state: 'quarantined',
  format: 'npm',
  environment: 'production',
  tag: 'tag?=&',
  policy: 'epss',
  q: '@babel/traverse 7+ ?#%',
  sort: 'name',
  cursor: 'WyJ4Il0',
  from: '101',
};

test('what a list is narrowed to comes back from its address as it was', () => {
  expect(parseHash(packagesHref(everything))).toEqual({ page: 'packages', filter: everything });
  expect(packagesHref({})).toBe('#/');
});

test.each(['pkg:npm/%40a/b@1?x=%20&y=+', 'a?b#c', '%', ''])(
  'ids and places such as %j come back as they were',
  (text) => {
    if (text !== '') {
      expect(parseHash(decisionHref(text))).toEqual({ page: 'decision', id: text });
      expect(parseHash(policyHref(text))).toEqual({ page: 'policy', id: text });
    }
    const place = { purl: text, repository: text, workspace: text };
    expect(parseHash(packageHref(place))).toEqual(
      text === '' ? { page: 'unknown', address: packageHref(place) } : { page: 'package', place },
    );
  },
);

test.each(['#/nowhere', '#/decision/%', '#/decision/', '#/policies/x', '#/package', '#//', '#/policy/%E0%A4'])(
  '%s names no page, and is no fault',
  (address) => expect(parseHash(address)).toEqual({ page: 'unknown', address }),
);

test.each(['', '#', '#/', '#/?', '#/?q='])('%j is the list of packages', (address) =>
  expect(parseHash(address)).toMatchObject({ page: 'packages', filter: { q: '' } }),
);

test('any text behind the hash is a page', () => {
  for (let code = 0; code < 256; code += 1)
    for (const before of ['#', '#/', '#/decision/', '#/policy/', '#/package?purl=', '#/?q='])
      expect(() => parseHash(`${before}${String.fromCharCode(code)}`)).not.toThrow();
});
