import { describe, expect, test } from 'vitest';
import { cpuMillis } from '../../../../tools/testing/cpu-time.js';
import { readSharedLines, sharedData } from '../../../../tools/testing/shared-data.js';
import { LICENCE_CATEGORIES } from './licence-category.js';
import { SPDX_LICENCES } from './spdx-list.js';
import { normaliseLicence as normaliseOf } from './normalise-licence.js';

/** What a text that is not understood as a whole may not bring along. */
const MILD: ReadonlySet<string> = new Set(['permissive', 'public-domain']);

const normaliseLicence = (raw: unknown) => normaliseOf(raw, 'npm');

describe('what a package states as its licence', () => {
  test.each<[unknown, string | null, string]>([
    ['MIT', 'MIT', 'permissive'],
    ['mit', 'MIT', 'permissive'],
    ['MIT/X11', 'MIT', 'permissive'],
    ['BSD', null, 'permissive'],
    ['License :: OSI Approved :: BSD License', null, 'permissive'],
    ['New BSD', 'BSD-3-Clause', 'permissive'],
    ['Apache License, Version 2.0', 'Apache-2.0', 'permissive'],
    ['License :: OSI Approved :: Apache Software License', null, 'permissive'],
    ['License :: OSI Approved :: GNU General Public License v3 (GPLv3)', 'GPL-3.0-only', 'copyleft'],
    ['ISC License (ISCL)', 'ISC', 'permissive'],
    [{ type: 'MIT', url: 'https://example.org/LICENSE' }, 'MIT', 'permissive'],
    [[{ type: 'MIT' }, { type: 'GPL-2.0' }], 'MIT OR GPL-2.0-only', 'permissive'],
    [['MIT'], 'MIT', 'permissive'],
    ['(BSD-3-Clause OR GPL-2.0)', 'BSD-3-Clause OR GPL-2.0-only', 'permissive'],
    ['MIT AND GPL-2.0-only', 'MIT AND GPL-2.0-only', 'copyleft'],
    ['MIT AND (Apache-2.0 OR GPL-2.0-only)', 'MIT AND (Apache-2.0 OR GPL-2.0-only)', 'permissive'],
    ['MIT/Apache-2.0', 'MIT OR Apache-2.0', 'permissive'],
    ['MIT or Apache-2.0', 'MIT OR Apache-2.0', 'permissive'],
    ['GPL', 'GPL-1.0-or-later', 'copyleft'],
    ['GNU Lesser General Public Licence', 'LGPL-2.0-or-later', 'weak-copyleft'],
    ['GPLv2', 'GPL-2.0-only', 'copyleft'],
    ['GPL-2.0+', 'GPL-2.0-or-later', 'copyleft'],
    ['GPL v2 with Classpath exception', 'GPL-2.0-only WITH Classpath-exception-2.0', 'weak-copyleft'],
    ['GPL-2.0-only WITH Classpath-exception-2.0', 'GPL-2.0-only WITH Classpath-exception-2.0', 'weak-copyleft'],
    ['Apache-2.0 WITH LLVM-exception', 'Apache-2.0 WITH LLVM-exception', 'permissive'],
    ['GNU Lesser General Public License v2.1 or later', 'LGPL-2.1-or-later', 'weak-copyleft'],
    ['GNU AGPL v3', 'AGPL-3.0-only', 'network-copyleft'],
    ['AGPL-3.0-or-later', 'AGPL-3.0-or-later', 'network-copyleft'],
    ['SSPL-1.0', 'SSPL-1.0', 'network-copyleft'],
    ['MPL-2.0', 'MPL-2.0', 'weak-copyleft'],
    ['Eclipse Public License - v 2.0', 'EPL-2.0', 'weak-copyleft'],
    ['CC0-1.0', 'CC0-1.0', 'public-domain'],
    ['Public Domain', 'LicenseRef-public-domain', 'public-domain'],
    ['Unlicense', 'Unlicense', 'public-domain'],
    ['BUSL-1.1', 'BUSL-1.1', 'proprietary'],
    ['UNLICENSED', null, 'proprietary'],
    ['Proprietary', null, 'proprietary'],
    ['LicenseRef-acme', 'LicenseRef-acme', 'unknown'],
    ['MIT AND LicenseRef-acme', 'MIT AND LicenseRef-acme', 'unknown'],
    ['MIT OR LicenseRef-acme', 'MIT OR LicenseRef-acme', 'permissive'],
    ['GPL-3.0-only AND LicenseRef-acme', 'GPL-3.0-only AND LicenseRef-acme', 'copyleft'],
    ['Apache License 2.0 with Commons Clause', null, 'unknown'],
    ['SEE LICENSE IN LICENSE.md', null, 'unknown'],
    ['Dual License', null, 'unknown'],
    ['MIT AND', null, 'unknown'],
    ['NOASSERTION', null, 'unknown'],
    ['', null, 'unknown'],
    [null, null, 'unknown'],
    [undefined, null, 'unknown'],
    [42, null, 'unknown'],
    [[], null, 'unknown'],
    [{}, null, 'unknown'],
    [
      'Copyright 2014 X\n\nPermission is hereby granted, free of charge, to any person obtaining\na copy of this software, to deal in the Software without restriction, including',
      null,
      'unknown',
    ],
  ])('%j is %s: %s', (raw, expression, category) => {
    expect(normaliseLicence(raw)).toMatchObject({ expression, category });
  });

  test('tells every id, exceptions too, and how sure the expression is', () => {
    expect(normaliseLicence('MIT AND GPL-2.0-only WITH Classpath-exception-2.0')).toMatchObject({
      ids: ['Classpath-exception-2.0', 'GPL-2.0-only', 'MIT'],
      match: 'exact',
    });
    expect(normaliseLicence('Apache 2')).toMatchObject({
      declared: 'Apache 2',
      expression: 'Apache-2.0',
      match: 'corrected',
    });
    expect(normaliseLicence('Dual License')).toMatchObject({ declared: 'Dual License', match: 'unresolved' });
  });
});

describe('what registries carry in place of a licence', () => {
  test.each<[string, string | null, string]>([
    ['https://opensource.org/licenses/MIT', 'MIT', 'permissive'],
    ['https://opensource.org/license/bsd-3-clause/', 'BSD-3-Clause', 'permissive'],
    ['http://www.opensource.org/licenses/mit-license.php', 'MIT', 'permissive'],
    ['MIT/', 'MIT', 'permissive'],
    ['https://spdx.org/licenses/Apache-2.0.html', 'Apache-2.0', 'permissive'],
    ['http://www.apache.org/licenses/LICENSE-2.0.txt', 'Apache-2.0', 'permissive'],
    ['https://www.apache.org/licenses/LICENSE-2.0', 'Apache-2.0', 'permissive'],
    ['http://www.gnu.org/licenses/gpl-3.0.html', 'GPL-3.0-only', 'copyleft'],
    ['https://www.gnu.org/licenses/old-licenses/gpl-2.0.txt', 'GPL-2.0-only', 'copyleft'],
    ['http://www.gnu.org/licenses/lgpl-2.1.html', 'LGPL-2.1-only', 'weak-copyleft'],
    ['https://www.gnu.org/licenses/agpl-3.0.en.html', 'AGPL-3.0-only', 'network-copyleft'],
    ['https://mozilla.org/MPL/2.0/', 'MPL-2.0', 'weak-copyleft'],
    ['http://www.eclipse.org/legal/epl-v10.html', 'EPL-1.0', 'weak-copyleft'],
    ['https://www.eclipse.org/legal/epl-2.0/', 'EPL-2.0', 'weak-copyleft'],
    ['https://creativecommons.org/publicdomain/zero/1.0/', 'CC0-1.0', 'public-domain'],
    ['https://creativecommons.org/licenses/by/4.0/', 'CC-BY-4.0', 'permissive'],
    ['https://unlicense.org', 'Unlicense', 'public-domain'],
    ['https://example.org/LICENSE', null, 'unknown'],
    ['https://example.org/opensource.org/licenses/MIT', null, 'unknown'],
    ['https://example.org/gpl-3.0', null, 'unknown'],
    ['https://github.com/o/r/blob/main/LICENSE?raw=true#MIT', null, 'unknown'],
    ['file:///usr/share/LICENSE', null, 'unknown'],
    ['git+ssh://git@example.org/o/r.git', null, 'unknown'],
    ['www.example.org/licence', null, 'unknown'],
    ['//', null, 'unknown'],
    ['/', null, 'unknown'],
    ['+', null, 'unknown'],
    ['GPL-3.0+', 'GPL-3.0-or-later', 'copyleft'],
    ['LGPL-2.1+', 'LGPL-2.1-or-later', 'weak-copyleft'],
    ['AGPL-3.0+', 'AGPL-3.0-or-later', 'network-copyleft'],
    ['GPL+', 'GPL-1.0-or-later', 'copyleft'],
    ['GPLv2+', 'GPL-2.0-or-later', 'copyleft'],
    ['(GPL-2.0+ OR MIT)', 'GPL-2.0-or-later OR MIT', 'permissive'],
    ['GPL-2.0+ WITH Classpath-exception-2.0', 'GPL-2.0-or-later WITH Classpath-exception-2.0', 'weak-copyleft'],
    ['Apache-2.0+', 'Apache-2.0+', 'permissive'],
    ['EPL-1.0+', 'EPL-1.0+', 'weak-copyleft'],
    ['constructor', null, 'unknown'],
    ['__proto__', null, 'unknown'],
  ])('%j is %s: %s', (raw, expression, category) => {
    expect(normaliseLicence(raw)).toMatchObject({ expression, category });
  });

  test('whatever it is, is read without a fault, within a moment, and what cannot be understood is unknown', () => {
    const parts = [
      'MIT',
      'GPL-2.0+',
      'Apache License',
      'https://example.org/LICENSE',
      'LicenseRef-x',
      'DocumentRef-d:LicenseRef-x',
      'v2',
      '\u00e9\ud83d',
      '',
      '0',
      'BSD',
      'public domain',
    ];
    const joints = [
      '/',
      ' / ',
      '//',
      '+',
      ' + ',
      ' OR ',
      ' or ',
      ' AND ',
      ' WITH ',
      '(',
      ')',
      ' :: ',
      ':',
      ',',
      '\n',
      '\t',
      ' ',
      '-',
      '.',
      '|',
      '\\',
      '"',
    ];
    const texts = parts.flatMap((a) =>
      joints.flatMap((joint) =>
        ['', ...parts].flatMap((b) => [
          `${a}${joint}${b}`,
          `${joint}${a}${joint}${b}${joint}`,
          `(${a}${joint}${b})`.toLowerCase(),
        ]),
      ),
    );
    const wholes = [
      ...joints,
      ...joints.map((joint) => joint.repeat(99)),
      '('.repeat(4_096),
      'MIT OR '.repeat(580),
      `${'MIT AND ('.repeat(400)}MIT${')'.repeat(400)}`,
      'MIT/'.repeat(1_024),
      'x'.repeat(4_096),
    ];
    const started = cpuMillis();
    for (const text of [...texts, ...wholes]) {
      const { category, expression, ids } = normaliseLicence(text);
      expect(LICENCE_CATEGORIES, text).toContain(category);
      if (expression !== null) expect(ids.length, text).toBeGreaterThan(0);
      else
        expect(
          ids.filter((id) => MILD.has(SPDX_LICENCES.get(id)?.category ?? '')),
          text,
        ).toEqual([]);
    }
    expect(texts.length).toBeGreaterThan(10_000);
    expect(cpuMillis() - started).toBeLessThan(20_000);
    const nested = Array.from({ length: 60 }).reduce<unknown>(
      (inner) => [{ type: inner }, inner === 'MIT' ? 'ISC' : {}],
      'MIT',
    );
    expect(normaliseLicence(nested)).toMatchObject({ category: 'permissive' });
    expect(normaliseLicence(Array.from({ length: 50_000 }, () => 'GPL-2.0+'))).toMatchObject({
      expression: 'GPL-2.0-or-later',
      category: 'copyleft',
    });
    expect(normaliseLicence(Array.from({ length: 50_000 }, (_, i) => `GPL-2.0+ ${i}`))).toMatchObject({
      expression: null,
      category: 'copyleft',
      categories: ['unknown', 'copyleft'],
    });
  });
});

describe.runIf(sharedData !== null)('real registry rows (not read where the shared data is absent)', () => {
  test('resolve, but for those that do not say which licence they mean', () => {
    const rows = [
      ...readSharedLines('registry/npm-package-versions.jsonl.gz'),
      ...readSharedLines('registry/pypi-package-versions.jsonl.gz'),
    ]
      .map((line) => JSON.parse(line) as { license?: unknown })
      .map(({ license }) => normaliseLicence(license));
    const stated = rows.filter(({ match }) => match !== 'none');
    const unresolved = new Set(stated.filter(({ expression }) => expression === null).map(({ declared }) => declared));
    expect([...unresolved].map((declared) => declared?.slice(0, 30))).toEqual([
      'BSD',
      'Dual License',
      'LGPL with exceptions',
      // A licence text that its registry cut after 166 characters.
      'Copyright (c) 2014\nRackspace\n\n',
    ]);
    expect(stated.length).toBeGreaterThan(1900);
  });
});
