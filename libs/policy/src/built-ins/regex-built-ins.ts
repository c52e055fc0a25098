import { ofStrings } from './built-in.js';
import type { BuiltIn, BuiltIns } from './built-in.js';
import { re2Pattern } from './re2-pattern.js';
import { smallIntegerOf } from './rego-value.js';

/** Go drops an empty match that touches the match before it; JavaScript keeps it. */
const matchesOf = (pattern: RegExp, text: string): readonly RegExpExecArray[] => {
  let end = -1;
  return [...text.matchAll(pattern)].filter((match) => {
    const touches = match[0] === '' && match.index === end;
    end = match.index + match[0].length;
    return !touches;
  });
};

/** `$1`, `${1}`, `$name`, `${name}` and `$$` of Go's `Regexp.Expand`; an unknown group is empty. */
const expand = (template: string, match: RegExpExecArray): string =>
  template.replace(/\$(?:(\$)|(\w+)|\{(\w+)\})/g, (_, dollar?: string, bare?: string, braced?: string) => {
    if (dollar !== undefined) return '$';
    const group = bare ?? braced ?? '';
    return (/^\d+$/.test(group) ? match[Number(group)] : match.groups?.[group]) ?? '';
  });

const replace = (text: string, pattern: RegExp, template: string): string => {
  let end = 0;
  let result = '';
  for (const match of matchesOf(pattern, text)) {
    result += text.slice(end, match.index) + expand(template, match);
    end = match.index + match[0].length;
  }
  return result + text.slice(end);
};

/** Source: Go, regexp.go, `Split` with n = -1. */
const split = (pattern: RegExp, text: string): readonly string[] => {
  if (pattern.source !== '(?:)' && text === '') return [''];
  const parts: string[] = [];
  let begin = 0;
  let end = 0;
  for (const match of matchesOf(pattern, text)) {
    end = match.index;
    if (match.index + match[0].length !== 0) parts.push(text.slice(begin, end));
    begin = match.index + match[0].length;
  }
  return end === text.length && begin === text.length && parts.length > 0 && begin === end
    ? parts
    : [...parts, text.slice(begin)];
};

const findN: BuiltIn = ([pattern, text, count]) => {
  const wanted = smallIntegerOf(count);
  if (typeof pattern !== 'string' || typeof text !== 'string' || wanted === undefined) return undefined;
  const compiled = re2Pattern(pattern);
  const found = compiled && matchesOf(compiled, text).map((match) => match[0]);
  return wanted < 0 ? found : found?.slice(0, wanted);
};

/** The regular expression functions that Wasm has not. */
export const regexBuiltIns: BuiltIns = {
  'regex.find_n': findN,
  'regex.replace': ofStrings((text, pattern, template) => {
    const compiled = re2Pattern(pattern ?? '');
    return compiled && replace(text ?? '', compiled, template ?? '');
  }),
  'regex.split': ofStrings((pattern, text) => {
    const compiled = re2Pattern(pattern ?? '');
    return compiled && split(compiled, text ?? '');
  }),
};
