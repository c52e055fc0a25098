import { ofStrings } from './built-in.js';
import type { BuiltIn, BuiltIns } from './built-in.js';
import { isArray, isSet, regoNumber, countOf } from './rego-value.js';
import type { RegoValue } from './rego-value.js';
import { sprintf } from './sprintf.js';

/** One string, or an array or set of strings; undefined for anything else. */
const stringsOf = (value: RegoValue | undefined): readonly string[] | undefined => {
  if (typeof value === 'string') return [value];
  const elements = isArray(value) ? value : isSet(value) ? value.elements : undefined;
  const texts = elements?.filter((element) => typeof element === 'string');
  return texts !== undefined && texts.length === elements?.length ? texts : undefined;
};

const anyMatch =
  (fits: (text: string, affix: string) => boolean): BuiltIn =>
  ([search, base]) => {
    const texts = stringsOf(search);
    const affixes = stringsOf(base);
    if (texts === undefined || affixes === undefined) return undefined;
    return texts.some((text) => affixes.some((affix) => fits(text, affix)));
  };

/** Go counts an empty substring once more than there are code points. */
const occurrences = (text: string, part: string): number =>
  part === '' ? Array.from(text).length + 1 : text.split(part).length - 1;

const indexesOf = (text: string, part: string): readonly RegoValue[] | undefined => {
  if (part === '') return undefined;
  const characters = Array.from(text);
  const width = Array.from(part).length;
  return characters.flatMap((_, index) =>
    characters.slice(index, index + width).join('') === part ? [regoNumber(index)] : [],
  );
};

const splitN: BuiltIn = ([text, delimiter, count]) => {
  const wanted = countOf(count);
  if (typeof text !== 'string' || typeof delimiter !== 'string' || wanted === undefined) return undefined;
  const parts = delimiter === '' ? Array.from(text) : text.split(delimiter);
  return wanted >= 0 ? parts.slice(0, wanted) : parts.slice(Math.max(parts.length + wanted, 0));
};

const quoteMeta = (text: string): string => text.replace(/[*?\\[\]{}]/g, '\\$&');

/** `sprintf` and the string functions that Wasm has not. */
export const stringBuiltIns: BuiltIns = {
  sprintf,
  'strings.any_prefix_match': anyMatch((text, prefix) => text.startsWith(prefix)),
  'strings.any_suffix_match': anyMatch((text, suffix) => text.endsWith(suffix)),
  'strings.count': ofStrings((text, part) => regoNumber(occurrences(text ?? '', part ?? ''))),
  'strings.split_n': splitN,
  indexof_n: ofStrings((text, part) => indexesOf(text ?? '', part ?? '')),
  'glob.quote_meta': ofStrings((text) => quoteMeta(text ?? '')),
};
