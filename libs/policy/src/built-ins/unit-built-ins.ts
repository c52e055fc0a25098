import { bigFloatOf, multiplyFloats, truncateFloat } from './big-float.js';
import { ofStrings } from './built-in.js';
import type { BuiltIns } from './built-in.js';
import { fractionOf, readDecimal } from './decimal.js';
import { regoNumber } from './rego-value.js';
import type { RegoValue } from './rego-value.js';

/**
 * The amount and the rest. Source: OPA, v1/topdown/parse_bytes.go, `extractNumAndUnit`: signs belong to the amount wherever
 * they stand, an `e` does when a digit or a sign follows.
 */
const split = (text: string): readonly [string, string] => {
  const [amount = ''] = /^(?:[\d.+-]|[eE](?=[\d+-])[+-]?)*/.exec(text) ?? [];
  return [amount, text.slice(amount.length)];
};

/** OPA refuses exponents of more digits. */
const longExponent = /[eE][+-]?\d{7}/;

const prefixes = ['', 'k', 'm', 'g', 't', 'p', 'e'];

const factorOf = (prefix: string, binary: boolean): bigint | undefined => {
  const power = BigInt(prefixes.indexOf(prefix));
  return power < 0n ? undefined : binary ? 1024n ** power : 1000n ** power;
};

const byteFactor = (unit: string): bigint | undefined => {
  const match = /^([kmgtpe])(i?)b?$/.exec(unit);
  return unit === '' ? 1n : match === null ? undefined : factorOf(match[1] ?? '', match[2] === 'i');
};

const plainFactor = (unit: string): bigint | undefined => {
  const match = /^([kKMgGtTpPeE]|[kKmMgGtTpPeE](?=i))(i?)$/.exec(unit);
  return unit === '' ? 1n : match === null ? undefined : factorOf((match[1] ?? '').toLowerCase(), match[2] === 'i');
};

const parseBytes = (raw: string): RegoValue | undefined => {
  const text = raw.replaceAll('"', '').toLowerCase();
  const [amount, unit] = split(text);
  const factor = byteFactor(unit);
  const decimal = longExponent.test(amount) ? undefined : readDecimal(amount);
  if (text.includes(' ') || decimal === undefined || factor === undefined) return undefined;
  // Go reckons with 64 bits here and cuts off what is behind the point.
  const product = multiplyFloats(bigFloatOf(...fractionOf(decimal)), bigFloatOf(factor));
  return regoNumber(truncateFloat(product).whole);
};

/** Ten decimals when the result is no integer, as Go's `Rat.FloatString(10)` rounds: half away from zero. */
const showRatio = (numerator: bigint, denominator: bigint): string => {
  if (numerator % denominator === 0n) return String(numerator / denominator);
  const magnitude = numerator < 0n ? -numerator : numerator;
  const scaled = (magnitude * 10n ** 10n * 2n + denominator) / (denominator * 2n);
  const text = String(scaled).padStart(11, '0');
  return `${numerator < 0n ? '-' : ''}${text.slice(0, -10)}.${text.slice(-10)}`;
};

/** 0.001 as Go's `Rat.SetFloat64` has it: the float that is nearest. */
const milli: readonly [bigint, bigint] = [1152921504606847n, 2n ** 60n];

const parseUnits = (raw: string): RegoValue | undefined => {
  const text = raw.replaceAll('"', '');
  const [amount, unit] = split(text);
  const decimal = longExponent.test(amount) ? undefined : readDecimal(amount);
  if (text.includes(' ') || decimal === undefined) return undefined;
  const [numerator, denominator] = fractionOf(decimal);
  if (unit === 'm') return regoNumber(showRatio(numerator * milli[0], denominator * milli[1]));
  const factor = plainFactor(unit.slice(0, 1) + unit.slice(1).toLowerCase());
  return factor === undefined ? undefined : regoNumber(showRatio(numerator * factor, denominator));
};

/** `units.*`. Source: OPA, v1/topdown/parse_units.go and parse_bytes.go. */
export const unitBuiltIns: BuiltIns = {
  'units.parse': ofStrings((text) => parseUnits(text ?? '')),
  'units.parse_bytes': ofStrings((text) => parseBytes(text ?? '')),
};
