import { StreamableFile } from '@nestjs/common';
import type { Evidence } from '@weir/event-store';
import { digestBytes } from '@weir/postgres';
import type { FastifyReply } from 'fastify';
import { isUnchanged } from './send-unchanging.js';

/** Answers JSON evidence byte for byte; what a digest names never changes, so it may be kept. */
export const sendEvidence = (
  reply: FastifyReply,
  { digest, bytes }: Pick<Evidence, 'digest' | 'bytes'>,
): StreamableFile | undefined => {
  void reply.header('repr-digest', representationDigest(digest));
  if (isUnchanged(reply, digest)) return undefined;
  return new StreamableFile(bytes, { type: 'application/json', length: bytes.length });
};

/** The digest as RFC 9530 writes it in a header, so that a client can check the bytes without knowing ours. */
const representationDigest = (digest: string): string => `sha-256=:${digestBytes(digest).toString('base64')}:`;
