import type { Facts } from '@weir/contracts';
import { digestOf } from '@weir/postgres';
import canonicalize from 'canonicalize';

export interface CanonicalFacts {
  /** RFC 8785 canonical JSON, UTF-8. */
  readonly bytes: Uint8Array;
  /** sha256:<hex> of the bytes. */
  readonly digest: string;
}

/** The bytes that are judged, stored and named by their digest (RFC 8785). */
export function canonicalFacts(facts: Facts): CanonicalFacts {
  const bytes = Buffer.from(canonicalText(facts), 'utf8');
  return { bytes, digest: digestOf(bytes) };
}

/**
 * JSON.stringify writes texts and numbers as RFC 8785 asks, so that only the members' order is left to do: the builders
 * write them in order, which is looked at here, and what advisories say is written once for all packages they concern.
 * Putting members in order costs three times as much, and canonicalize, which does what order cannot hold, eight times.
 */
function canonicalText(facts: Facts): string {
  const asItIs = textIfCanonical(facts, facts.v0.osv.length === 0 ? JSON.stringify : textWithAdvisories);
  if (asItIs !== null) return asItIs;
  const seen = { unorderable: false };
  const ordered = inOrder(facts, seen);
  const text = seen.unorderable ? canonicalize(wellFormed(facts)) : JSON.stringify(ordered);
  if (text === undefined) throw new Error('Facts cannot be written as canonical JSON');
  return text;
}

/** What `write` makes of a value that JSON.stringify writes as RFC 8785 asks: members in order, numbers finite, texts well-formed. Null of any other. */
function textIfCanonical<T>(value: T, write: (value: T) => string): string | null {
  if (!isInOrder(value)) return null;
  const text = write(value);
  // Half a surrogate pair is escaped; a backslash that stands before these letters in a text is taken for one.
  return text.includes('\\ud') ? null : text;
}

export const isCanonical = (value: unknown): boolean => textIfCanonical(value, JSON.stringify) !== null;

function isInOrder(value: unknown): boolean {
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value !== 'object' || value === null || canonical.has(value)) return true;
  if (Array.isArray(value)) return value.every(isInOrder);
  let last = '';
  // What is looked at came from JSON or is written as a literal, so that there are no inherited members; `in` takes a quarter less than `keys`.
  for (const name in value) {
    if (name < last) return false;
    const member = (value as Readonly<Record<string, unknown>>)[name];
    if (typeof member !== 'string' && !isInOrder(member)) return false;
    last = name;
  }
  return true;
}

const canonical = new WeakMap<object, string>();

/** facts, v0, osv: whose members are advisories. */
const DEPTH_OF_ADVISORIES = 3;

const textWithAdvisories = (facts: Facts): string => textOf(facts, DEPTH_OF_ADVISORIES);

function textOf(value: unknown, depth: number): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const known = canonical.get(value);
  if (known !== undefined) return known;
  if (depth === 0) return JSON.stringify(value);
  let text = '';
  if (Array.isArray(value)) {
    for (const member of value) text += `${text === '' ? '' : ','}${textOf(member, depth - 1)}`;
    return `[${text}]`;
  }
  for (const name in value) {
    const member = (value as Readonly<Record<string, unknown>>)[name];
    if (member !== undefined) text += `${text === '' ? '' : ','}${JSON.stringify(name)}:${textOf(member, depth - 1)}`;
  }
  return `{${text}}`;
}

/** A copy in canonical form where it has one, that is not looked at again. Invariant: nobody changes it. */
export function inCanonicalOrder<T extends object>(value: T): T {
  const ordered = inOrder(value, { unorderable: false }) as T;
  const text = textIfCanonical(ordered, JSON.stringify);
  if (text !== null) canonical.set(ordered, text);
  return ordered;
}

/** A copy with members in order. Half a surrogate pair, which RFC 8785 forbids and JSON escapes can carry, becomes U+FFFD. */
function inOrder(value: unknown, seen: { unorderable: boolean }): unknown {
  if (typeof value === 'string') return value.isWellFormed() ? value : value.toWellFormed();
  if (typeof value === 'number' && !Number.isFinite(value)) throw new Error(`Facts hold ${value}, which JSON cannot write`);
  if (typeof value !== 'object' || value === null || canonical.has(value)) return value;
  if (Array.isArray(value)) return value.map((member) => inOrder(member, seen));
  const ordered: Record<string, unknown> = {};
  for (const name of Object.keys(value).sort()) {
    seen.unorderable ||= isUnorderable(name);
    ordered[name] = inOrder((value as Readonly<Record<string, unknown>>)[name], seen);
  }
  return ordered;
}

/** JavaScript objects put numbers first and take __proto__ for their prototype; half a pair in a name must be replaced. */
const isUnorderable = (name: string): boolean => /^\d/.test(name) || name === '__proto__' || !name.isWellFormed();

function wellFormed(value: unknown): unknown {
  if (typeof value === 'string') return value.toWellFormed();
  if (Array.isArray(value)) return value.map(wellFormed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name.toWellFormed(), wellFormed(member)]));
}
