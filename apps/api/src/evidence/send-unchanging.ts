import type { FastifyReply } from 'fastify';

/**
 * Says of an answer that it never changes: who has it need not ask again (RFC 8246), and who asks with its ETag is told 304.
 * Answers whether the asker has it already, and then has no body.
 */
export const isUnchanged = (reply: FastifyReply, digest: string): boolean => {
  const etag = `"${digest}"`;
  void reply.headers({ etag, 'cache-control': 'private, max-age=31536000, immutable' });
  const known = entityTags(reply.request.headers['if-none-match']);
  if (!known.includes(etag) && !known.includes('*')) return false;
  void reply.code(304);
  return true;
};

/** RFC 9110, section 13.1.2: compared weakly. */
const entityTags = (header: string | undefined): readonly string[] =>
  (header ?? '').split(',').map((tag) => tag.trim().replace(/^W\//, ''));
