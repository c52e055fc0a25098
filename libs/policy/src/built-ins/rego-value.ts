/** A number as its decimal text: Rego's numbers are not bounded, JavaScript's round beyond 2^53. */
export type RegoNumber = { readonly kind: 'number'; readonly text: string };
export type RegoSet = { readonly kind: 'set'; readonly elements: readonly RegoValue[] };
export type RegoObject = { readonly kind: 'object'; readonly entries: readonly (readonly [RegoValue, RegoValue])[] };

/** A Rego value outside Wasm, told apart as Rego does: sets are not arrays, numbers are exact. */
export type RegoValue = null | boolean | string | RegoNumber | readonly RegoValue[] | RegoSet | RegoObject;

export const regoNumber = (value: number | bigint | string): RegoNumber => ({ kind: 'number', text: String(value) });

export const isArray = (value: RegoValue | undefined): value is readonly RegoValue[] => Array.isArray(value);

const hasKind = (value: RegoValue | undefined, kind: string): boolean =>
  typeof value === 'object' && value !== null && 'kind' in value && value.kind === kind;

export const isNumber = (value: RegoValue | undefined): value is RegoNumber => hasKind(value, 'number');
export const isSet = (value: RegoValue | undefined): value is RegoSet => hasKind(value, 'set');
export const isObject = (value: RegoValue | undefined): value is RegoObject => hasKind(value, 'object');

const isIntegerText = (text: string): boolean => /^-?\d+$/.test(text);

/** The integer a number stands for (`1e3` and `2.0` are integers too), or undefined. */
export const integerOf = (value: RegoValue | undefined): bigint | undefined => {
  if (!isNumber(value)) return undefined;
  if (isIntegerText(value.text)) return BigInt(value.text);
  const rounded = Number(value.text);
  return Number.isSafeInteger(rounded) ? BigInt(rounded) : undefined;
};

/** Like `integerOf`, for counts and indexes, where a JavaScript number is what is needed. */
export const smallIntegerOf = (value: RegoValue | undefined): number | undefined => {
  const integer = integerOf(value);
  return integer !== undefined && integer >= -0x80000000n && integer <= 0x7fffffffn ? Number(integer) : undefined;
};
