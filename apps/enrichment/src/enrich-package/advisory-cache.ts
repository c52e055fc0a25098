import type { AdvisoryRecord } from '../advisory-record/advisory-record.js';

/** Parsed advisories by the digest of their text, so that a popular one is parsed once. */
export interface AdvisoryCache {
  get(digest: string): AdvisoryRecord | undefined;
  /** `characters`: length of the record's text, which its size in memory follows. */
  add(digest: string, record: AdvisoryRecord, characters: number): void;
}

/** Keeps the most recently used records, up to `mostCharacters` of their texts together. */
export const advisoryCache = (mostCharacters: number): AdvisoryCache => {
  const kept = new Map<string, { readonly record: AdvisoryRecord; readonly characters: number }>();
  let total = 0;
  return {
    get: (digest) => {
      const found = kept.get(digest);
      if (!found) return undefined;
      kept.delete(digest);
      kept.set(digest, found);
      return found.record;
    },
    add: (digest, record, characters) => {
      if (kept.has(digest)) return;
      kept.set(digest, { record, characters });
      total += characters;
      for (const [oldest, { characters: freed }] of kept) {
        if (total <= mostCharacters) break;
        kept.delete(oldest);
        total -= freed;
      }
    },
  };
};
