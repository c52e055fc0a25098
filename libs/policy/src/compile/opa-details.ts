import { showOpaType, type OpaType } from './show-opa-type.js';

/** What OPA tells beside a message of the type checker: operands of a call, or the two sides of a comparison. */
export type OpaDetails = {
  readonly have?: OpaType | readonly (OpaType | null)[];
  readonly want?: { readonly args?: readonly OpaType[] };
  readonly a?: OpaType;
  readonly b?: OpaType;
  readonly oneOf?: readonly unknown[];
};

const named = (type: OpaType): string =>
  type.name === undefined ? showOpaType(type) : `${type.name}: ${showOpaType(type)}`;

const listed = (types: readonly string[]): string => `(${types.join(', ')})`;

/** The last of what is had and wanted is the result, when nobody knows its type yet: it is no operand. */
const ofCall = (have: readonly (OpaType | null)[], want: readonly OpaType[]): string => {
  const withResult = have.length > 0 && have.at(-1) === null && have.length === want.length;
  const operands = (types: readonly string[]): string => listed(withResult ? types.slice(0, -1) : types);
  return `have ${operands(have.map(showOpaType))}, want ${operands(want.map(named))}`;
};

/** The details as words to stand behind the message; empty when there are none that help. */
export const showOpaDetails = (details: OpaDetails | undefined): string => {
  const { have, want, a, b, oneOf } = details ?? {};
  if (Array.isArray(have)) return ofCall(have as readonly (OpaType | null)[], want?.args ?? []);
  if (a !== undefined && b !== undefined) return `left is ${showOpaType(a)}, right is ${showOpaType(b)}`;
  if (have !== undefined) return `have ${showOpaType(have as OpaType)}`;
  return Array.isArray(oneOf) && oneOf.length > 0
    ? `want one of ${oneOf.map((one) => JSON.stringify(one)).join(', ')}`
    : '';
};
