import type { RE2JS } from 're2js';
import { ofStrings } from './built-in.js';
import type { BuiltIn, BuiltIns } from './built-in.js';
import { globPattern } from './glob-pattern.js';
import { re2Pattern, validPattern } from './re2-pattern.js';
import { countOf, isArray } from './rego-value.js';

/** Where a match and its groups begin and end, -1 for a group that took no part. */
type Match = { readonly starts: readonly number[]; readonly ends: readonly number[] };

const widthAt = (text: string, at: number): number => ((text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1);

/** All matches from left to right; an empty one that touches the match before it is none. Source: Go, regexp.go, `allMatches`. */
const matchesOf = (pattern: RE2JS, text: string, most = Infinity): readonly Match[] => {
  const matcher = pattern.matcher(text);
  const groups = Array.from({ length: pattern.groupCount() + 1 }, (_, group) => group);
  const found: Match[] = [];
  for (let at = 0, before = -1; at <= text.length && found.length < most;) {
    if (!matcher.find(at)) break;
    const [start, end] = [matcher.start(), matcher.end()];
    if (start !== end || start !== before)
      found.push({
        starts: groups.map((group) => matcher.start(group)),
        ends: groups.map((group) => matcher.end(group)),
      });
    at = end > at ? end : at + (at < text.length ? widthAt(text, at) : 1);
    before = end;
  }
  return found;
};

const groupOf = (text: string, { starts, ends }: Match, group: number): string =>
  (starts[group] ?? -1) < 0 ? '' : text.slice(starts[group], ends[group]);

const reference = /\$(?:(\$)|\{([\p{L}\p{Nd}_]+)\}|([\p{L}\p{Nd}_]+))/gu;

/** `$1`, `${1}`, `$name`, `${name}` and `$$` of Go's `Regexp.Expand`; an unknown group is empty. */
const expand = (template: string, text: string, match: Match, names: Readonly<Record<string, number>>): string =>
  template.replace(reference, (_, dollar?: string, braced?: string, bare?: string) => {
    if (dollar !== undefined) return '$';
    const name = braced ?? bare ?? '';
    const group = /^(?:0|[1-9]\d{0,7})$/.test(name) ? Number(name) : names[name];
    return group === undefined ? '' : groupOf(text, match, group);
  });

const replace = (text: string, pattern: RE2JS, template: string): string => {
  let end = 0;
  let result = '';
  for (const match of matchesOf(pattern, text)) {
    result += text.slice(end, match.starts[0]) + expand(template, text, match, pattern.namedGroups());
    end = match.ends[0] ?? end;
  }
  return result + text.slice(end);
};

/** Source: Go, regexp.go, `Split` with n = -1. */
const split = (pattern: RE2JS, text: string): readonly string[] => {
  if (pattern.pattern() !== '' && text === '') return [''];
  const parts: string[] = [];
  let [begin, end] = [0, 0];
  for (const { starts, ends } of matchesOf(pattern, text)) {
    end = starts[0] ?? 0;
    if (ends[0] !== 0) parts.push(text.slice(begin, end));
    begin = ends[0] ?? 0;
  }
  return end === text.length ? parts : [...parts, text.slice(begin)];
};

type Found = { readonly text: string; readonly matches: readonly Match[] };

const found = ([pattern, text, count]: Parameters<BuiltIn>[0]): Found | undefined => {
  const wanted = countOf(count);
  if (typeof pattern !== 'string' || typeof text !== 'string' || wanted === undefined) return undefined;
  return { text, matches: matchesOf(validPattern(pattern), text, wanted < 0 ? Infinity : wanted) };
};

const findN: BuiltIn = (operands) => {
  const { text = '', matches } = found(operands) ?? {};
  return matches?.map((match) => groupOf(text, match, 0));
};

const findSubmatches: BuiltIn = (operands) => {
  const { text = '', matches } = found(operands) ?? {};
  return matches?.map((match) => match.starts.map((_, group) => groupOf(text, match, group)));
};

const globMatch: BuiltIn = ([glob, delimiters, text]) => {
  const list = delimiters === null ? [] : isArray(delimiters) ? delimiters : undefined;
  const runes = list?.filter((one) => typeof one === 'string').filter((one) => Array.from(one).length === 1);
  if (typeof glob !== 'string' || typeof text !== 'string' || runes?.length !== list?.length || runes === undefined)
    return undefined;
  const pattern = globPattern(glob, delimiters !== null && runes.length === 0 ? ['.'] : runes);
  if (pattern === undefined) throw new Error(`"${glob.slice(0, 100)}" is no glob`);
  return validPattern(pattern).test(text);
};

/** Regular expressions and globs, by RE2. */
export const regexBuiltIns: BuiltIns = {
  'glob.match': globMatch,
  'regex.is_valid': ([pattern]) => typeof pattern === 'string' && re2Pattern(pattern) !== undefined,
  'regex.match': ofStrings((pattern, text) => validPattern(pattern ?? '').test(text ?? '')),
  'regex.find_n': findN,
  'regex.find_all_string_submatch_n': findSubmatches,
  'regex.replace': ofStrings((text, pattern, template) =>
    replace(text ?? '', validPattern(pattern ?? ''), template ?? ''),
  ),
  'regex.split': ofStrings((pattern, text) => split(validPattern(pattern ?? ''), text ?? '')),
};
