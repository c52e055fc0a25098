import { ALIAS_NAMES } from './alias-names.js';
import classifiers from './licence-classifiers.json' with { type: 'json' };
import { nameWords } from './name-words.js';
import { readingOf, type Reading } from './reading.js';
import { parseExpression } from './spdx-expression.js';
import { SPDX_EXCEPTIONS, SPDX_LICENCES } from './spdx-list.js';

const wordsKey = (name: string): string => nameWords(name).join(' ');

/** SPDX gives 13 names to two ids. Deprecated ones mean the same as what replaced them; of SMLNJ the newer is taken. */
const idsByName = (): ReadonlyMap<string, string> => {
  const ids = new Map<string, string>();
  for (const [id, { name, deprecated }] of SPDX_LICENCES)
    if (!deprecated || !ids.has(name.toLowerCase())) ids.set(name.toLowerCase(), id);
  return ids;
};

const byName = idsByName();

/** The names of SPDX by their words. Invariant: words that stand for two licences stand for none. */
const byWords = (): ReadonlyMap<string, readonly string[]> => {
  const found = new Map<string, readonly string[]>();
  const add = (name: string, ids: readonly string[]): void => {
    const key = wordsKey(name);
    const other = found.get(key);
    found.set(key, other === undefined || other.join() === ids.join() ? ids : []);
  };
  for (const [name, id] of byName) add(name, [meaningOf(id)]);
  for (const id of SPDX_LICENCES.keys()) add(id, [meaningOf(id)]);
  for (const [name, ...ids] of ALIAS_NAMES) found.set(wordsKey(name), ids);
  found.delete('');
  return found;
};

/** The id that stands now for a deprecated one of the same meaning. */
const meaningOf = (id: string): string => {
  const meant = parseExpression(id);
  return meant !== null && 'license' in meant && !meant.plus ? meant.license : id;
};

const known = byWords();
const byClassifier = new Map<string, readonly string[]>(
  Object.entries(classifiers).map(([name, ids]) => [name.toLowerCase(), ids]),
);

const beginnings: ReadonlySet<string> = new Set(
  [...known.keys()].flatMap((key) => {
    const words = key.split(' ');
    return words.map((_, index) => words.slice(0, index + 1).join(' '));
  }),
);

/** Whether a known name begins with these words, or is them. */
export const isBeginning = (words: readonly string[]): boolean => beginnings.has(words.join(' '));

/** The licence of a full name of SPDX; null for any other text. */
export const licenceOfFullName = (text: string): Reading | null => {
  const id = byName.get(text.toLowerCase());
  return id === undefined ? null : parseExpression(id);
};

/** The licence, or the family, whose name is these words and no other; undefined when there is none. */
export const licenceOfWords = (words: readonly string[]): Reading | null | undefined => {
  const ids = known.get(words.join(' '));
  return ids === undefined ? undefined : readingOf(ids);
};

/** What a licence classifier of PyPI says; null where it names no licence, undefined when it is none of them. */
export const licenceOfClassifier = (text: string): Reading | null | undefined => {
  const ids = byClassifier.get(text.toLowerCase().replace(/\s*::\s*/g, ' :: '));
  return ids === undefined ? undefined : readingOf(ids);
};

const exceptionsByWords = new Map([...SPDX_EXCEPTIONS.keys()].map((id) => [wordsKey(id), id]));
const EXCEPTION_ALIASES: Readonly<Record<string, string>> = {
  'classpath exception': 'Classpath-exception-2.0',
  'gnu classpath exception': 'Classpath-exception-2.0',
  classpath: 'Classpath-exception-2.0',
  'gcc runtime library exception 3.1': 'GCC-exception-3.1',
  'llvm exceptions': 'LLVM-exception',
};

/** The listed exception of these words; null when there is none. */
export const exceptionOfWords = (words: readonly string[]): string | null => {
  const key = words.join(' ');
  return exceptionsByWords.get(key) ?? (Object.hasOwn(EXCEPTION_ALIASES, key) ? EXCEPTION_ALIASES[key] : null) ?? null;
};
