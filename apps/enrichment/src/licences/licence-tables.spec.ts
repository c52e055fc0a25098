import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { sharedData } from '../../../../tools/testing/shared-data.js';
import classifiers from './licence-classifiers.json' with { type: 'json' };
import { normaliseLicence } from './normalise-licence.js';
import { SPDX_EXCEPTIONS, SPDX_LICENCES } from './spdx-list.js';
import scancodeKeys from './testing/scancode-keys.json' with { type: 'json' };

const read = (text: string) => normaliseLicence(text, 'pypi');

/** SPDX's own statement of which deprecated ids were replaced by which. */
const REPLACED: ReadonlyMap<string, string> = new Map([
  ...['AGPL-1.0', 'AGPL-3.0', 'GPL-1.0', 'GPL-2.0', 'GPL-3.0', 'LGPL-2.0', 'LGPL-2.1', 'LGPL-3.0'].flatMap(
    (id): [string, string][] => [
      [id, `${id}-only`],
      [`${id}+`, `${id}-or-later`],
    ],
  ),
  ...['GFDL-1.1', 'GFDL-1.2', 'GFDL-1.3'].map((id): [string, string] => [id, `${id}-only`]),
]);

const meant = (id: string): string => REPLACED.get(id) ?? id;

describe('every licence of the SPDX list', () => {
  const rows = [...SPDX_LICENCES].map(([id, { name }]) => ({ id, name }));

  test('is known by its id, whatever its case, and by no other', () => {
    const wrong = rows.filter(({ id }) =>
      [id, id.toLowerCase(), id.toUpperCase()].some((text) => read(text).expression !== meant(id)),
    );
    expect(rows).toHaveLength(727);
    expect(wrong).toEqual([]);
  });

  test('is known by its full name', () => {
    const wrong = rows.filter(({ id, name }) => read(name).expression !== meant(id));
    // SPDX gives this name to two ids; the one that is not deprecated is meant.
    expect(wrong).toEqual([{ id: 'StandardML-NJ', name: 'Standard ML of New Jersey License' }]);
    expect(read('Standard ML of New Jersey License').expression).toBe('SMLNJ');
  });

  test.each<[string, (name: string) => string]>([
    ['in capitals', (name) => name.toUpperCase()],
    ['with an article', (name) => `The ${name}`],
    ['as the British write it', (name) => name.replaceAll('License', 'Licence')],
    ['without punctuation', (name) => name.replace(/[,"'()]/g, '')],
    ['with its version in words', (name) => name.replace(/ v(\d)/, ' version $1')],
    ['with its id in brackets', (name) => `${name} (${idOf.get(name) ?? ''})`],
  ])('is known by its full name %s, or is unknown', (_, write) => {
    const read2 = rows.map(({ id, name }) => ({ id, name: write(name), found: read(write(name)).expression }));
    const wrong = read2.filter(({ id, found }) => found !== null && found !== meant(id) && id !== 'StandardML-NJ');
    expect(wrong).toEqual([]);
    expect(read2.filter(({ found }) => found === null).map(({ name }) => name).length).toBeLessThan(8);
  });

  const idOf = new Map(rows.map(({ id, name }) => [name, id]));

  test('stays what it is when SPDX is cited for it', () => {
    const wrong = rows.filter(({ id }) => read(`https://spdx.org/licenses/${id}.html`).expression !== meant(id));
    // An address cannot end in a plus of its own.
    expect(wrong).toEqual([]);
  });

  test('and every exception stands in an expression', () => {
    for (const exception of SPDX_EXCEPTIONS.keys())
      expect(read(`GPL-2.0-only WITH ${exception}`)).toMatchObject({
        expression: `GPL-2.0-only WITH ${exception}`,
        ids: [exception, 'GPL-2.0-only'].sort(),
      });
  });
});

describe('every licence classifier of PyPI', () => {
  const names = Object.keys(classifiers);

  /** PEP 639, appendix "Mapping License Classifiers to SPDX Identifiers": one must not infer an expression from these. */
  const AMBIGUOUS = [
    'Academic Free License (AFL)',
    'Apache Software License',
    'Apple Public Source License',
    'Artistic License',
    'BSD License',
    'GNU Lesser General Public License v2 (LGPLv2)',
    'GNU Lesser General Public License v2 or later (LGPLv2+)',
  ];
  /** Of the same list: they do not say whether a later version may be chosen, so that none is granted, or any. */
  const GRANTS_NOT_SAID: Readonly<Record<string, string>> = {
    'GNU Affero General Public License v3': 'AGPL-3.0-only',
    'GNU Free Documentation License (FDL)': 'GFDL-1.1-or-later',
    'GNU General Public License (GPL)': 'GPL-1.0-or-later',
    'GNU General Public License v2 (GPLv2)': 'GPL-2.0-only',
    'GNU General Public License v3 (GPLv3)': 'GPL-3.0-only',
    'GNU Lesser General Public License v3 (LGPLv3)': 'LGPL-3.0-only',
    'GNU Library or Lesser General Public License (LGPL)': 'LGPL-2.0-or-later',
  };

  test('that PEP 639 calls ambiguous names a family, or the least that is granted', () => {
    for (const name of AMBIGUOUS)
      expect(read(`License :: OSI Approved :: ${name}`), name).toMatchObject({ expression: null, match: 'unresolved' });
    for (const [name, expression] of Object.entries(GRANTS_NOT_SAID))
      expect(read(`License :: OSI Approved :: ${name}`), name).toMatchObject({ expression });
  });

  test('that carries an id in brackets is that licence', () => {
    const bracketed = names.flatMap((name) => {
      const [, id = ''] = /\(([A-Za-z0-9]+[- ][A-Za-z0-9.-]+)\)$/.exec(name) ?? [];
      const listed = [...SPDX_LICENCES.keys()].find(
        (one) => one.toLowerCase() === id.replaceAll(' ', '-').toLowerCase(),
      );
      return listed === undefined ? [] : [{ name, listed }];
    });
    expect(bracketed.length).toBeGreaterThan(18);
    for (const { name, listed } of bracketed) expect(read(name).expression, name).toBe(listed);
  });

  test('that is a full name of SPDX is that licence', () => {
    const named = names.flatMap((name) => {
      const plain = (name.split(' :: ').at(-1) ?? '').replace(/ \([^)]*\)$/, '').toLowerCase();
      const found = [...SPDX_LICENCES].find(([, one]) => one.name.toLowerCase() === plain);
      return found === undefined ? [] : [{ name, id: found[0] }];
    });
    expect(named.length).toBeGreaterThan(15);
    for (const { name, id } of named) expect([id, null], name).toContain(read(name).expression);
  });

  test('is the same without the words before it, or is unknown there', () => {
    for (const name of names) {
      const [whole, short] = [read(name), read(name.split(' :: ').at(-1) ?? '')];
      if (short.expression !== null && whole.expression !== null) expect(short.expression, name).toBe(whole.expression);
    }
    expect(names).toHaveLength(89);
  });

  test.each([
    ['License :: OSI Approved :: European Union Public Licence 1.2 (EUPL 1.2)', 'EUPL-1.2'],
    ['License :: OSI Approved :: Historical Permission Notice and Disclaimer (HPND)', 'HPND'],
    ['License :: OSI Approved :: GNU Library or Lesser General Public License (LGPL)', 'LGPL-2.0-or-later'],
    ['License :: OSI Approved', null],
    ['License :: Free For Home Use', null],
    ['License :: OSI Approved :: A Licence of Tomorrow', null],
  ])('%s is %s', (name, expression) => {
    expect(read(name).expression).toBe(expression);
  });
});

describe('a key of ScanCode LicenseDB', () => {
  interface Key {
    readonly key: string;
    readonly ids: readonly string[];
  }

  /** ScanCode gives a few ids and names of SPDX to other texts: what is written as SPDX has it is what SPDX says. */
  const isOfSpdx = (key: string, expression: string): boolean =>
    key === expression.toLowerCase() || SPDX_LICENCES.get(expression)?.name.toLowerCase() === `${key} license`;

  const wrongOf = (keys: readonly Key[]) =>
    keys.flatMap(({ key, ids }) =>
      [key, key.replaceAll('-', ' '), `${key} license`].flatMap((text) => {
        const { expression } = read(text);
        const own =
          expression === null ||
          ids.some((id) => meant(id) === expression) ||
          isOfSpdx(key, expression) ||
          isOfSpdx(key.replaceAll('-', ' '), expression) ||
          (key === 'public-domain' && expression === 'LicenseRef-public-domain');
        return own ? [] : [{ text, expression, ids }];
      }),
    );

  test('names its own licence or none: those that come near to another', () => {
    expect(scancodeKeys.length).toBeGreaterThan(100);
    expect(wrongOf(scancodeKeys)).toEqual([]);
  });

  test.runIf(sharedData !== null)(
    'names its own licence or none: all (not read where the shared data is absent)',
    () => {
      const file = join(sharedData ?? '', 'licenses', 'scancode-licensedb-index.json.gz');
      const index = JSON.parse(gunzipSync(readFileSync(file)).toString()) as readonly {
        readonly license_key: string;
        readonly spdx_license_key: string | null;
        readonly other_spdx_license_keys: readonly string[];
      }[];
      const keys = index.map((one) => ({
        key: one.license_key,
        ids: [one.spdx_license_key ?? '', ...one.other_spdx_license_keys],
      }));
      expect(keys.length).toBeGreaterThan(2_600);
      expect(wrongOf(keys)).toEqual([]);
    },
  );
});

test.each<[string, string | null, readonly string[], string]>([
  ['BSL 1.1', 'BUSL-1.1', ['BUSL-1.1'], 'proprietary'],
  ['Apache 2.0 with Commons-Clause', null, [], 'unknown'],
  ['GNU Affero GPL v3', 'AGPL-3.0-only', ['AGPL-3.0-only'], 'network-copyleft'],
  ['Eclipse Distribution License - v 1.0', 'BSD-3-Clause', ['BSD-3-Clause'], 'permissive'],
  ['European Union Public Licence 1.2 (EUPL 1.2)', 'EUPL-1.2', ['EUPL-1.2'], 'weak-copyleft'],
  ['(EUPL 1.2)', 'EUPL-1.2', ['EUPL-1.2'], 'weak-copyleft'],
  ['MIT License (MIT)', 'MIT', ['MIT'], 'permissive'],
  ['MIT License (not MIT)', null, [], 'unknown'],
  ['LGPL with exceptions', null, ['LGPL-2.0-or-later'], 'unknown'],
  ['MIT AND something odd', null, [], 'unknown'],
  ['GPL-3.0-only AND something odd', null, ['GPL-3.0-only'], 'copyleft'],
  ['MIT OR GPL-3.0 OR something odd', null, ['GPL-3.0-only'], 'copyleft'],
  ['MIT, GPL-3.0', 'MIT AND GPL-3.0-only', ['GPL-3.0-only', 'MIT'], 'copyleft'],
  [
    'GNU LESSER GENERAL PUBLIC LICENSE, Version 2.1, February 1999',
    'LGPL-2.1-only',
    ['LGPL-2.1-only'],
    'weak-copyleft',
  ],
  ['LGPLv2', null, ['LGPL-2.0-only', 'LGPL-2.1-only'], 'weak-copyleft'],
  ['GPL-3.0 or commercial', null, ['GPL-3.0-only'], 'proprietary'],
])('%s is %s with %j: %s', (text, expression, ids, category) => {
  expect(read(text)).toMatchObject({ expression, ids, category });
});

test('what is not understood whole keeps every category that it may have', () => {
  expect(read('GPL-3.0 or commercial').categories).toEqual(['unknown', 'copyleft', 'proprietary']);
  expect(read('GPL-3.0-only AND LicenseRef-Proprietary-Addendum')).toMatchObject({
    expression: 'GPL-3.0-only AND LicenseRef-Proprietary-Addendum',
    ids: ['GPL-3.0-only', 'LicenseRef-Proprietary-Addendum'],
    category: 'proprietary',
    categories: ['copyleft', 'proprietary'],
    match: 'exact',
  });
});

test('a list is a choice where its registry says so, and binds whole where none does', () => {
  const list = ['MIT', 'GPL-2.0'];
  expect(normaliseLicence(list, 'npm')).toMatchObject({ expression: 'MIT OR GPL-2.0-only', category: 'permissive' });
  expect(normaliseLicence(list, 'gem')).toMatchObject({ expression: 'MIT AND GPL-2.0-only', category: 'copyleft' });
  expect(normaliseLicence([...list, { odd: 1 }], 'npm')).toMatchObject({ expression: null, ids: ['GPL-2.0-only'] });
});
