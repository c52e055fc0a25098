/** The headers of a request, as Node has them. */
export type Headers = Readonly<Record<string, string | readonly string[] | undefined>>;

/** The key that a request carries, as `Authorization: Bearer KEY` or `X-Api-Key: KEY`; null when it carries none. */
export const presentedKey = (headers: Headers): string | null => {
  const [, bearer] = /^Bearer +(\S+)$/i.exec(String(headers['authorization'] ?? '')) ?? [];
  const own = headers['x-api-key'];
  return bearer ?? (typeof own === 'string' ? own : null);
};
