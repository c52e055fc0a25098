import { describe, expect, test } from 'vitest';
import { readSharedLines, sharedData } from '../../../../tools/testing/shared-data.js';
import { normaliseLicence } from './normalise-licence.js';

describe('what a package states as its licence', () => {
  test.each<[unknown, string | null, string]>([
    ['MIT', 'MIT', 'permissive'],
    ['mit', 'MIT', 'permissive'],
    ['MIT/X11', 'MIT', 'permissive'],
    ['BSD', 'BSD-2-Clause', 'permissive'],
    ['New BSD', 'BSD-3-Clause', 'permissive'],
    ['Apache License, Version 2.0', 'Apache-2.0', 'permissive'],
    ['License :: OSI Approved :: Apache Software License', 'Apache-2.0', 'permissive'],
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
    ['Copyright 2014 X\n\nPermission is hereby granted, free of charge, to any person obtaining\na copy of this software, to deal in the Software without restriction, including', 'MIT', 'permissive'],
  ])('%j is %s: %s', (raw, expression, category) => {
    expect(normaliseLicence(raw)).toMatchObject({ expression, category });
  });

  test('tells every id, exceptions too, and how sure the expression is', () => {
    expect(normaliseLicence('MIT AND GPL-2.0-only WITH Classpath-exception-2.0')).toMatchObject({
      ids: ['Classpath-exception-2.0', 'GPL-2.0-only', 'MIT'],
      match: 'exact',
    });
    expect(normaliseLicence('Apache 2')).toMatchObject({ declared: 'Apache 2', expression: 'Apache-2.0', match: 'corrected' });
    expect(normaliseLicence('Dual License')).toMatchObject({ declared: 'Dual License', match: 'unresolved' });
  });
});

describe.runIf(sharedData !== null)('real registry rows (not read where the shared data is absent)', () => {
  test('resolve, but for one that does not say which licence it means', () => {
    const rows = [...readSharedLines('registry/npm-package-versions.jsonl.gz'), ...readSharedLines('registry/pypi-package-versions.jsonl.gz')]
      .map((line) => JSON.parse(line) as { license?: unknown })
      .map(({ license }) => normaliseLicence(license));
    const stated = rows.filter(({ match }) => match !== 'none');
    expect(stated.filter(({ expression }) => expression === null).map(({ declared }) => declared)).toEqual(['Dual License']);
    expect(stated.length).toBeGreaterThan(1900);
  });
});
