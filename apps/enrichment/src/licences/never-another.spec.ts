import { expect, test } from 'vitest';
import { forEachSeed, type Chance } from '../../../../tools/testing/random-cases.js';
import { ALIAS_NAMES } from './alias-names.js';
import { leavesOf } from './reading.js';
import { normaliseLicence } from './normalise-licence.js';
import { parseExpression, type LicenceLeaf } from './spdx-expression.js';
import { SPDX_EXCEPTIONS, SPDX_LICENCES } from './spdx-list.js';

/**
 * The oracle knows no way of reading: it asks whether all that stands in the text is accounted for by the licences that
 * were found in it, and whether each of them stands there with a whole name.
 */
const NOISE: ReadonlySet<string> = new Set([
  'the',
  'license',
  'licence',
  'licenses',
  'v',
  'version',
  'ver',
  'versions',
]);
const JOINTS: ReadonlySet<string> = new Set(['or', 'and', 'with', 'w']);
const GRANTS: ReadonlySet<string> = new Set(['later', 'newer', 'any', 'only', 'at', 'your', 'option', 'or', 'and']);

const tokens = (text: string): ReadonlySet<string> =>
  new Set(
    text
      .toLowerCase()
      .replaceAll('licence', 'license')
      .replaceAll('+', ' later ')
      .replace(/v(?=\d)/g, ' ')
      .match(/[\p{L}]+|\d+/gu)
      ?.filter((token) => !NOISE.has(token) && token !== '0') ?? [],
  );

const namesOf = (id: string): readonly string[] => [
  id,
  ...[...SPDX_LICENCES].filter(([one]) => meant(one) === id).flatMap(([one, { name }]) => [one, name]),
  ...ALIAS_NAMES.filter((alias) => alias.length === 2 && alias[1] === id).map(([name]) => name),
];

const meant = (id: string): string => {
  const node = parseExpression(id);
  return node !== null && 'license' in node && node.plus === undefined ? node.license : id;
};

const GNU = /^([AL]?)GPL-(\d)\.(\d)-(only|or-later)$/;
const GNU_WORDS = ['gnu', 'gpl', 'general', 'public'] as const;
const OF_FAMILY: Readonly<Record<string, readonly string[]>> = {
  A: ['agpl', 'affero'],
  L: ['lgpl', 'lesser', 'library'],
  '': [],
};

/** Whether a licence of the GNU family stands in the text, and what of the text it accounts for. */
const gnuAccount = (id: string, said: ReadonlySet<string>): ReadonlySet<string> | null => {
  const [, letter = '', major = '', minor = '', grant = ''] = GNU.exec(id) ?? [];
  if (major === '') return null;
  const family = OF_FAMILY[letter] ?? [];
  const others = Object.values(OF_FAMILY).flat();
  const isFamily = letter === '' ? !others.some((word) => said.has(word)) : family.some((word) => said.has(word));
  const isGranted = (grant === 'or-later') === (said.has('later') || said.has('newer') || isUnversioned(said));
  const isVersion = isUnversioned(said) || (said.has(major) && (minor === '0' || said.has(minor)));
  const account = new Set([...GNU_WORDS, ...family, ...(letter === 'L' ? ['or'] : []), ...GRANTS, major, minor]);
  return isFamily && isGranted && isVersion ? account : null;
};

const isUnversioned = (said: ReadonlySet<string>): boolean => ![...said].some((token) => /^\d/.test(token));

const account = ({ license, plus, exception }: LicenceLeaf, said: ReadonlySet<string>): ReadonlySet<string> | null => {
  const named = namesOf(license)
    .map(tokens)
    .filter((one) => [...one].every((word) => said.has(word) || GRANTS.has(word)));
  const gnu = gnuAccount(license, said);
  if (named.length === 0 && gnu === null) return null;
  const added = [
    ...(exception === undefined ? [] : [...tokens(exception), 'gnu']),
    ...(plus === true ? ['later'] : []),
  ];
  return new Set([...named.flatMap((one) => [...one]), ...(gnu ?? []), ...added]);
};

const ADDED = [
  'with Commons-Clause',
  'or later',
  'only',
  'clause',
  'exception',
  'modified',
  'no',
  'not',
  'Public',
  'Affero',
  'Lesser',
  'European Union',
  'Eclipse',
  'Nuclear',
  'without endorsement',
  'non-commercial',
  'plus patent grant',
  'and more',
  'v2',
  '3.0',
  '1.1',
  'GNU',
  'BSD',
  '(MIT)',
  'additional terms',
];

const words = (text: string): string[] => text.split(' ');

const mutate = (text: string, chance: Chance): string => {
  const parts = words(text);
  const at = chance.below(parts.length + 1);
  switch (chance.below(7)) {
    case 0:
    case 1:
      return [...parts.slice(0, at), chance.pick(ADDED), ...parts.slice(at)].join(' ');
    case 2:
      return parts.filter((_, index) => index !== at).join(' ');
    case 3:
      return text.replace(/\d+(?:\.\d+)?/, () =>
        chance.pick(['1', '1.0', '1.1', '2', '2.0', '2.1', '3', '3.0', '4.0', '9.7']),
      );
    case 4:
      return text.replace(/[ -]/g, () => chance.pick([' ', '-', ', ', '  ', ' - ', '.', '_']));
    case 5:
      return chance.happens(0.5) ? text.toUpperCase() : text.toLowerCase();
    default:
      return text.replace(/[a-z]/i, () => chance.pick(['', 'x', 'L', 'A', 'e']));
  }
};

const KNOWN = [
  ...[...SPDX_LICENCES].flatMap(([id, { name }]) => [id, name]),
  ...ALIAS_NAMES.map(([name]) => name),
  'GNU GPL v3',
  'GNU Lesser General Public License v2.1',
  'GNU Affero GPL v3',
  'GPLv2+',
];

const wronglyRead = (text: string): string | null => {
  const { expression, ids } = normaliseLicence(text, 'pypi');
  if (expression === null) {
    const mild = ids.find((id) => /permissive|public-domain/.test(SPDX_LICENCES.get(id)?.category ?? ''));
    return mild === undefined ? null : `brings ${mild} though it is not understood`;
  }
  if (/LicenseRef-public-domain/.test(expression)) return tokens(text).has('domain') ? null : 'is no public domain';
  const said = tokens(text);
  const node = parseExpression(expression);
  const accounts = (node === null ? [] : leavesOf(node)).map((leaf) =>
    'license' in leaf && !SPDX_EXCEPTIONS.has(leaf.license) ? account(leaf, said) : null,
  );
  if (node === null || accounts.includes(null)) return `names no whole name of ${expression}`;
  const accounted = new Set(accounts.flatMap((one) => [...(one ?? [])]));
  const left = [...said].filter(
    (token) => !accounted.has(token) && !(accounts.length > 1 && JOINTS.has(token)) && token !== 'with',
  );
  return left.length === 0 ? null : `leaves ${left.join(', ')} out of account as ${expression}`;
};

test('a known name with words added, dropped or changed, other versions, case or punctuation is never another licence', () => {
  let understood = 0;
  forEachSeed(6_000, (chance) => {
    const known = chance.pick(KNOWN);
    let text = known;
    for (let times = 1 + chance.below(3); times > 0; times -= 1) text = mutate(text, chance);
    const wrong = wronglyRead(text);
    if (wrong !== null) throw new Error(`${JSON.stringify(text)} (of ${known}) ${wrong}`);
    if (normaliseLicence(text, 'pypi').expression !== null) understood += 1;
  });
  // Case, punctuation and many versions leave a name that is known.
  expect(understood).toBeGreaterThan(1_000);
});
