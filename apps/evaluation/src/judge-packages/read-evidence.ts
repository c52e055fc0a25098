import { EvidenceDamaged, type EventStore } from '@weir/event-store';
import type { Missing } from '@weir/judging';

type Store = Pick<EventStore, 'evidence' | 'allEvidence'>;

/** Evidence by digest; in place of bytes that cannot be had, why. Invariant: what is missing of one package stops no other. */
export const readFacts = async (
  store: Store,
  digests: readonly string[],
): Promise<ReadonlyMap<string, Uint8Array | Missing>> => {
  if (digests.length === 0) return new Map();
  const found = await allOrOneByOne(store, digests);
  return new Map(digests.map((digest) => [digest, found.get(digest) ?? missing(digest)]));
};

const allOrOneByOne = async (
  store: Store,
  digests: readonly string[],
): Promise<ReadonlyMap<string, Uint8Array | Missing>> => {
  try {
    const all = await store.allEvidence(digests);
    return new Map([...all].map(([digest, { bytes }]) => [digest, bytes]));
  } catch (fault) {
    if (!(fault instanceof EvidenceDamaged)) throw fault;
    const found = new Map<string, Uint8Array | Missing>();
    for (const digest of digests) found.set(digest, await readOne(store, digest));
    return found;
  }
};

const readOne = async (store: Store, digest: string): Promise<Uint8Array | Missing> => {
  try {
    const evidence = await store.evidence(digest);
    return evidence?.bytes ?? missing(digest);
  } catch (fault) {
    if (!(fault instanceof EvidenceDamaged)) throw fault;
    return { code: 'evidence_damaged', message: fault.message };
  }
};

const missing = (digest: string): Missing => ({
  code: 'evidence_missing',
  message: `The facts ${digest} are not in the evidence store. Run \`weir log verify\`.`,
});
