import { ofStrings } from './built-in.js';
import type { BuiltIns } from './built-in.js';
import { regoNumber } from './rego-value.js';
import type { RegoValue } from './rego-value.js';

/** A decimal as an integer and the power of ten to divide it by: exact, unlike a float. */
type Decimal = { readonly digits: bigint; readonly scale: bigint };

const parseDecimal = (text: string): Decimal | undefined => {
  const match = /^(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,6}))?$/.exec(text);
  const [, whole = '', fraction = '', exponent = '0'] = match ?? [];
  if (match === null || whole + fraction === '' || Math.abs(Number(exponent)) > 4000) return undefined;
  const digits = BigInt(whole + fraction);
  const power = BigInt(exponent) - BigInt(fraction.length);
  return power >= 0n ? { digits: digits * 10n ** power, scale: 1n } : { digits, scale: 10n ** -power };
};

const amountAndUnit = /^([\d.]*(?:[eE][+-]?\d+)?)(.*)$/s;

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

const split = (text: string): readonly [Decimal | undefined, string] => {
  const [, amount = '', unit = ''] = amountAndUnit.exec(text) ?? [];
  return [parseDecimal(amount), unit];
};

const parseBytes = (raw: string): RegoValue | undefined => {
  const text = raw.replaceAll('"', '').toLowerCase();
  const [amount, unit] = split(text);
  const factor = byteFactor(unit);
  if (text.includes(' ') || amount === undefined || factor === undefined) return undefined;
  return regoNumber((amount.digits * factor) / amount.scale);
};

/** Ten decimals when the result is no integer, as Go's `Rat.FloatString(10)` rounds. */
const showRatio = (numerator: bigint, denominator: bigint): string => {
  if (numerator % denominator === 0n) return String(numerator / denominator);
  const scaled = (numerator * 10n ** 10n * 2n + denominator) / (denominator * 2n);
  const text = String(scaled).padStart(11, '0');
  return `${text.slice(0, -10)}.${text.slice(-10)}`;
};

const parseUnits = (raw: string): RegoValue | undefined => {
  const text = raw.replaceAll('"', '');
  const [amount, unit] = split(text);
  if (text.includes(' ') || amount === undefined) return undefined;
  if (unit === 'm') return regoNumber(showRatio(amount.digits, amount.scale * 1000n));
  const factor = plainFactor(unit.slice(0, 1) + unit.slice(1).toLowerCase());
  return factor === undefined ? undefined : regoNumber(showRatio(amount.digits * factor, amount.scale));
};

/** `units.*`. Source: OPA, v1/topdown/parse_units.go and parse_bytes.go. */
export const unitBuiltIns: BuiltIns = {
  'units.parse': ofStrings((text) => parseUnits(text ?? '')),
  'units.parse_bytes': ofStrings((text) => parseBytes(text ?? '')),
};
