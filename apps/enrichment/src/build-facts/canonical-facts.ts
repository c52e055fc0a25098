import type { Facts } from '@weir/contracts';
import { digestOf } from '@weir/postgres';
import canonicalize from 'canonicalize';

export interface CanonicalFacts {
  /** RFC 8785 canonical JSON, UTF-8. */
  readonly bytes: Uint8Array;
  /** The digest of the bytes. */
  readonly digest: string;
}

/** The bytes that are judged, stored and named by their digest. */
export const canonicalFacts = (facts: Facts): CanonicalFacts => {
  const bytes = Buffer.from(canonicalText(facts), 'utf8');
  return { bytes, digest: digestOf(bytes) };
};

/**
 * Canonical JSON (RFC 8785). JSON.stringify writes it of a value whose members are in order, as the builders write them, in
 * an eighth of the time that `canonicalize` takes (ADR 0033); that one takes whatever else there is.
 */
const canonicalText = (value: unknown): string => textInOrder(value) ?? canonicalize(wellFormed(value)) ?? 'null';

/** The text of a value that JSON.stringify writes canonically, null of any other. */
const textInOrder = (value: unknown): string | null => {
  if (!isInOrder(value)) return null;
  const text = JSON.stringify(value);
  // Half a surrogate pair is escaped; a backslash that stands before these letters in a text is taken for one.
  return text.includes('\\ud') ? null : text;
};

/** Whether members stand in the order of their names, by UTF-16 code units, and all numbers are finite. */
const isInOrder = (value: unknown): boolean => {
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value !== 'object' || value === null) return true;
  if (Array.isArray(value)) return value.every(isInOrder);
  let last = '';
  // What is looked at came from JSON or is a literal: it inherits nothing. `in` takes a quarter less time than `keys`.
  for (const name in value) {
    if (name < last) return false;
    const member = (value as Readonly<Record<string, unknown>>)[name];
    if (typeof member !== 'string' && !isInOrder(member)) return false;
    last = name;
  }
  return true;
};

/** Half a surrogate pair, which RFC 8785 forbids and JSON escapes can carry, becomes U+FFFD. */
const wellFormed = (value: unknown): unknown => {
  if (typeof value === 'string') return value.toWellFormed();
  if (Array.isArray(value)) return value.map(wellFormed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name.toWellFormed(), wellFormed(member)]));
};

/** Whether facts are written the fast way: builders are held to it. */
export const isCanonical = (value: unknown): boolean => textInOrder(value) !== null;

/** A copy with members in order, as far as JavaScript objects can hold it: what comes from feeds is put in order once. */
export const inCanonicalOrder = <T extends object>(value: T): T => JSON.parse(canonicalText(value)) as T;
