import type { NewEvidence } from '@weir/event-store';
import { digestOf } from '@weir/postgres';
import canonicalize from 'canonicalize';

/** A document as evidence: its canonical JSON (RFC 8785), named by digest. */
export const canonicalDocument = (kind: string, document: unknown): NewEvidence => {
  const bytes = Buffer.from(canonicalize(document) ?? 'null', 'utf8');
  return { digest: digestOf(bytes), kind, bytes };
};
