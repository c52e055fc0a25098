import { createHash } from 'node:crypto';
import type { Facts } from '@weir/contracts';
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
  return { bytes, digest: `sha256:${createHash('sha256').update(bytes).digest('hex')}` };
}

/** RFC 8785 refuses half a surrogate pair, which JSON escapes can carry: it becomes U+FFFD, so that the package is still judged. */
function canonicalText(facts: Facts): string {
  const text = attempt(facts) ?? attempt(wellFormed(facts));
  if (text === undefined) throw new Error('Facts cannot be written as canonical JSON');
  return text;
}

function attempt(value: unknown): string | undefined {
  try {
    return canonicalize(value);
  } catch (error) {
    if (error instanceof Error && error.message.includes('surrogate')) return undefined;
    throw error;
  }
}

function wellFormed(value: unknown): unknown {
  if (typeof value === 'string') return value.toWellFormed();
  if (Array.isArray(value)) return value.map(wellFormed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name.toWellFormed(), wellFormed(member)]));
}
