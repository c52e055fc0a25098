import { bigFloatOf, truncateFloat } from './big-float.js';
import { ofStrings } from './built-in.js';
import type { BuiltIn, BuiltIns } from './built-in.js';
import { inOrder } from './compare-rego.js';
import { decimalOf, fractionOf } from './decimal.js';
import { showRegoValue } from './format-rego-value.js';
import { countOf, isArray, isNumber, isSet, regoNumber } from './rego-value.js';
import type { RegoNumber, RegoValue } from './rego-value.js';
import { textOfBytes } from './utf8-text.js';
import { PolicyFault } from '../engine/policy-fault.js';

/** Sets in Rego's order. */
const concat: BuiltIn = ([delimiter, parts]) => {
  const elements = isArray(parts) ? parts : isSet(parts) ? inOrder(parts.elements) : undefined;
  const texts = elements?.filter((element) => typeof element === 'string');
  if (typeof delimiter !== 'string' || texts === undefined || texts.length !== elements?.length) return undefined;
  return texts.join(delimiter);
};

const isAscii = (text: string): boolean => !/[^\0-\x7f]/.test(text);

/** Counted in code points. */
const indexOf = (text: string, part: string): RegoValue | undefined => {
  if (part === '') return undefined;
  const at = text.indexOf(part);
  return regoNumber(at < 0 || isAscii(text) ? at : Array.from(text.slice(0, at)).length);
};

/** OPA finds an empty text before every byte and at the end, so that what is not ASCII falls apart. */
const replace = (text: string, old: string, next: string): string => {
  if (old !== '') return text.replaceAll(old, () => next);
  const bytes = Array.from(Buffer.from(text), (byte) => Buffer.of(byte));
  return textOfBytes(
    Buffer.concat(
      [Buffer.alloc(0), ...bytes, Buffer.alloc(0)].flatMap((byte, index) =>
        index === 0 ? [byte] : [Buffer.from(next), byte],
      ),
    ),
  );
};

const substring: BuiltIn = ([text, start, length]) => {
  const [from, wanted] = [countOf(start), countOf(length)];
  if (typeof text !== 'string' || from === undefined || wanted === undefined || from < 0) return undefined;
  const end = wanted < 0 ? undefined : from + wanted;
  return isAscii(text) ? text.slice(from, end) : Array.from(text).slice(from, end).join('');
};

/** What is no integer is cut off as the 64 bits of Go's `big.Float` have it. */
const truncated = (value: RegoNumber): bigint => {
  if (/^-?\d+$/.test(value.text)) return BigInt(value.text);
  return truncateFloat(bigFloatOf(...fractionOf(decimalOf(value)))).whole;
};

const formatInt: BuiltIn = ([value, base]) => {
  if (!isNumber(value) || !isNumber(base) || !['2', '8', '10', '16'].includes(base.text)) return undefined;
  return truncated(value).toString(Number(base.text));
};

/** A part of a template: a text as it is, or a set of the one value that stands there, empty where it is undefined. */
const partOf = (part: RegoValue): string => {
  if (typeof part === 'string') return part;
  if (!isSet(part)) return showRegoValue(part);
  if (part.elements.length > 1) throw new PolicyFault('conflict', 'a template must not have several values at a place');
  const [value] = part.elements;
  if (value === undefined) return '<undefined>';
  return typeof value === 'string' ? value : showRegoValue(value);
};

/** Functions of texts where Wasm answers otherwise than OPA. Source: OPA, v1/topdown/strings.go, template_string.go. */
export const textBuiltIns: BuiltIns = {
  concat,
  substring,
  format_int: formatInt,
  indexof: ofStrings((text, part) => indexOf(text ?? '', part ?? '')),
  replace: ofStrings((text, old, next) => replace(text ?? '', old ?? '', next ?? '')),
  'internal.template_string': ([parts]) => (isArray(parts) ? parts.map(partOf).join('') : undefined),
};
