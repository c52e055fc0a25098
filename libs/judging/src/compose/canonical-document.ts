import { digestOf } from '@weir/postgres';
import canonicalize from 'canonicalize';

/** Bytes and the digest that names them. */
export interface NamedDocument {
  readonly digest: string;
  readonly kind: string;
  readonly bytes: Uint8Array;
}

/** A document as evidence: its canonical JSON (RFC 8785), named by digest. */
export const canonicalDocument = (kind: string, document: unknown): NamedDocument => {
  const bytes = Buffer.from(canonicalize(document) ?? 'null', 'utf8');
  return { digest: digestOf(bytes), kind, bytes };
};
