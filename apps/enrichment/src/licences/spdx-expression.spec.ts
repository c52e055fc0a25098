import newerIds from 'spdx-license-ids/index.json' with { type: 'json' };
import { expect, test } from 'vitest';
import { forEachSeed, type Chance } from '../../../../tools/testing/random-cases.js';
import { normaliseLicence } from './normalise-licence.js';
import { parseExpression, renderExpression } from './spdx-expression.js';
import { SPDX_EXCEPTIONS, SPDX_LICENCES } from './spdx-list.js';

/** A valid expression with what it is known to say: made from the grammar of SPDX 3.0, Annex B, not read from text. */
interface Made {
  /** In one of the ways in which it may be written. */
  readonly text: string;
  /** As Weir writes it. */
  readonly expression: string;
  readonly ids: readonly string[];
  readonly joint: 'AND' | 'OR' | null;
}

/** Deprecated ids that are names of others; all other deprecated ids stand. */
const OLD_GNU = /^(?:A?GPL|LGPL|GFDL)-\d\.\d\+?$/;
const LISTED = [...new Set([...SPDX_LICENCES.keys(), ...newerIds])].filter((id) => !OLD_GNU.test(id));
const EXCEPTIONS = [...SPDX_EXCEPTIONS.keys()];
const REFERENCES = [
  'LicenseRef-Proprietary-Addendum',
  'LicenseRef-a.b-1',
  'DocumentRef-spdx-tool-1.2:LicenseRef-MIT-Style-2',
];
const ADDITIONS = ['AdditionRef-x', 'DocumentRef-d:AdditionRef-y.1'];
const GNU_NAMES = [
  ['GPL-2.0', 'GPL-2.0-only'],
  ['GPL-3.0+', 'GPL-3.0-or-later'],
  ['LGPL-2.1', 'LGPL-2.1-only'],
  ['AGPL-3.0+', 'AGPL-3.0-or-later'],
  ['GFDL-1.3', 'GFDL-1.3-only'],
] as const;

const inAnyCase = (id: string, chance: Chance): string =>
  chance.happens(0.8) ? id : chance.pick([id.toLowerCase(), id.toUpperCase()]);

const simple = (chance: Chance): Omit<Made, 'joint'> => {
  if (chance.happens(0.15)) {
    const reference = chance.pick(REFERENCES);
    return { text: reference, expression: reference, ids: [reference] };
  }
  if (chance.happens(0.1)) {
    const [old, id] = chance.pick(GNU_NAMES);
    return { text: old, expression: id, ids: [id] };
  }
  const id = chance.pick(LISTED);
  const plus = chance.happens(0.15) ? '+' : '';
  return { text: `${inAnyCase(id, chance)}${plus}`, expression: `${id}${plus}`, ids: [id] };
};

const licence = (chance: Chance): Made => {
  const made = simple(chance);
  if (chance.happens(0.8)) return { ...made, joint: null };
  const exception = chance.happens(0.7) ? chance.pick(EXCEPTIONS) : chance.pick(ADDITIONS);
  const written = exception.includes('Ref-') ? exception : inAnyCase(exception, chance);
  return {
    text: `${made.text} ${chance.pick(['WITH', 'with'])} ${written}`,
    expression: `${made.expression} WITH ${exception}`,
    ids: [...made.ids, exception],
    joint: null,
  };
};

const expressionOf = (chance: Chance, depth: number): Made => {
  if (depth === 0 || chance.happens(0.3)) return licence(chance);
  const joint = chance.pick(['AND', 'OR'] as const);
  const sides = Array.from({ length: 2 + chance.below(2) }, () => expressionOf(chance, depth - 1));
  const operator = chance.happens(0.9) ? joint : joint.toLowerCase();
  return {
    text: sides.map((side) => bracketed(side, joint, chance)).join(` ${operator} `),
    expression: sides
      .map(({ expression, joint: inner }) => (joint === 'AND' && inner === 'OR' ? `(${expression})` : expression))
      .join(` ${joint} `),
    ids: sides.flatMap(({ ids }) => ids),
    joint,
  };
};

/** Brackets where they must be, and now and then where they need not. */
const bracketed = ({ text, joint: inner }: Made, around: 'AND' | 'OR', chance: Chance): string => {
  const needed = around === 'AND' && inner === 'OR';
  return needed || (inner !== null && chance.happens(0.3)) ? chance.pick([`(${text})`, `( ${text} )`]) : text;
};

test('every valid expression stands as it is, with all of its ids', () => {
  forEachSeed(4_000, (chance) => {
    const { text, expression, ids } = expressionOf(chance, 3);
    const read = normaliseLicence(text, 'pypi');
    const wanted = { declared: text, expression, ids: [...new Set(ids)].sort(), match: 'exact', unread: null };
    expect(read).toMatchObject(wanted);
    expect(normaliseLicence(expression, 'pypi')).toMatchObject({ expression, ids: wanted.ids });
  });
});

test.each([
  '',
  'MIT AND',
  'AND MIT',
  'MIT MIT',
  '(MIT',
  'MIT)',
  '()',
  'MIT WITH MIT',
  'MIT WITH',
  'Classpath-exception-2.0',
  'GPL-2.0-only WITH LicenseRef-x',
  'LicenseRef-',
  'DocumentRef-x:MIT',
  'GPL-2.0 +',
  'MIT AND Not-Listed-1.0',
  'AdditionRef-x',
  `${'('.repeat(2_000)}MIT${')'.repeat(2_000)}`,
])('%s is no expression', (text) => {
  expect(parseExpression(text)).toBeNull();
});

test('a long expression is read as a whole', () => {
  const text = Array.from({ length: 500 }, (_, index) => (index % 2 === 0 ? 'MIT' : 'ISC')).join(' OR ');
  const read = parseExpression(text);
  expect(read && renderExpression(read)).toBe(text);
});
