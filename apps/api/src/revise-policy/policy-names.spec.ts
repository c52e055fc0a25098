import { policyDraftSchema } from '@weir/contracts';
import { changePolicy, emptyPolicyBook, evolvePolicyBook, nameKey, type PolicyBook } from '@weir/domain';
import { describe, expect, test } from 'vitest';
import { seeded } from '../../../../tools/testing/seeded.js';

const schema = policyDraftSchema.shape.name;

const ALPHABET = [...Array.from('aAbBkKsSſßıİΣσςéÉＫﬁ½Ⅳ㎏ö ÅÅΩΩ가각'), 'e\u0301', '\u1100\u1161', '\u212A', '  '];

/** Ways in which a name is written anew so that it looks the same. */
const DISGUISES: readonly ((name: string, random: () => number) => string)[] = [
  (name) => name.normalize('NFD'),
  (name) => name.normalize('NFKC'),
  (name) => name.normalize('NFKD'),
  (name) => name.toUpperCase(),
  (name) => name.toLowerCase(),
  (name) => name.replaceAll(' ', '\u00A0'),
  (name) => name.replaceAll(' ', '  '),
  (name) => ` ${name}\u3000`,
  (name, random) => inserted(name, '\u200B', random),
  (name, random) => inserted(name, '\u200D', random),
  (name, random) => inserted(name, '\u00AD', random),
  (name, random) => inserted(name, '\uFE0E', random),
  (name) =>
    Array.from(name)
      .map((letter) => wide(letter))
      .join(''),
];
const inserted = (name: string, character: string, random: () => number): string => {
  const letters = Array.from(name);
  letters.splice(Math.floor(random() * (letters.length + 1)), 0, character);
  return letters.join('');
};
const wide = (letter: string): string =>
  /^[a-zA-Z]$/.test(letter) ? String.fromCodePoint((letter.codePointAt(0) ?? 0) + 0xfee0) : letter;

describe('names by seed', () => {
  const content = {
    revisionDigest: 'r',
    regoDigest: 'g',
    parameters: {},
    scope: {},
    precedence: 1,
    terminal: false,
    actions: [],
    onError: 'closed' as const,
  };
  const saved = (book: PolicyBook, name: string): PolicyBook | null => {
    const policyId = `p-${Object.keys(book.policies).length}`;
    const at = { revisedAt: '2026-11-30T00:00:00.000Z', actor: null };
    const events = changePolicy(
      { type: 'RevisePolicy', workspace: 'default', policyId, name, description: null, content, ...at },
      book,
    );
    return 'refused' in events ? null : events.reduce(evolvePolicyBook, book);
  };
  /** Independent of `nameKey`: letter for letter, by what Unicode says of each. */
  const drawn = (name: string): string =>
    Array.from(name.normalize('NFKD').toLowerCase().normalize('NFKD'))
      .map((letter) =>
        Array.from(letter.toUpperCase())
          .map((one) => one.toLowerCase())
          .join(''),
      )
      .join('')
      .normalize('NFKC')
      .replaceAll(/[\p{Z}\p{Default_Ignorable_Code_Point}]+/gu, ' ')
      .trim();

  test('two that are accepted beside each other differ in what is drawn: 1,500 disguises', () => {
    const random = seeded(23);
    const draw = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
    let [accepted, refused] = [0, 0];
    for (let run = 0; run < 1500; run += 1) {
      const first = schema.safeParse(
        Array.from({ length: 1 + Math.floor(random() * 6) }, () => draw(ALPHABET)).join(''),
      );
      if (!first.success) continue;
      let disguised = first.data;
      for (let times = 1 + Math.floor(random() * 3); times > 0; times -= 1)
        disguised = draw(DISGUISES)(disguised, random);
      const book = saved(emptyPolicyBook, first.data);
      if (!book) throw new Error(`${JSON.stringify(first.data)} was refused in an empty workspace`);
      const second = schema.safeParse(disguised);
      const isAccepted = second.success && saved(book, second.data) !== null;
      if (isAccepted && drawn(first.data) === drawn(second.data))
        throw new Error(`accepted both: ${JSON.stringify([first.data, second.data])}`);
      if (isAccepted) accepted += 1;
      else refused += 1;
    }
    expect(refused).toBeGreaterThan(1_000);
    expect(accepted).toBeLessThan(refused);
  });

  test('what names are compared by is its own key, whatever the name: 3,000 names', () => {
    const random = seeded(24);
    for (let run = 0; run < 3_000; run += 1) {
      const name = Array.from({ length: 8 }, () => String.fromCodePoint(Math.floor(random() * 0xd7ff))).join('');
      const key = nameKey(name);
      expect(nameKey(key)).toBe(key);
      for (const form of ['NFC', 'NFD', 'NFKC', 'NFKD'] as const) expect(nameKey(name.normalize(form))).toBe(key);
      expect(nameKey(name.toUpperCase())).toBe(key);
    }
  });
});
