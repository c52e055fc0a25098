import { createHash } from 'node:crypto';
import type { NewEvidence } from '@weir/event-store';
import canonicalize from 'canonicalize';

/** `sha256:<hex>` of bytes, or of a text's UTF-8. */
export const digestOf = (content: Uint8Array | string): string => `sha256:${createHash('sha256').update(content).digest('hex')}`;

/** A document as evidence: its canonical JSON (RFC 8785), named by digest. */
export const canonicalDocument = (kind: string, document: unknown): NewEvidence => {
  const bytes = Buffer.from(canonicalize(document) ?? 'null', 'utf8');
  return { digest: digestOf(bytes), kind, bytes };
};
