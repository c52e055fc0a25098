import { sha256 } from '@weir/postgres';

const NODE_PREFIX = 1;
const HASH_BYTES = 32;
const EMPTY_ROOT = sha256('');

/**
 * The right edge of an RFC 6962 Merkle tree: the roots of the perfect subtrees that `size` leaves fall into, largest
 * first, one for each bit set in `size`. It is all that appending leaves and computing the root need.
 */
export interface Frontier {
  readonly size: number;
  readonly hashes: readonly Uint8Array[];
}

export const EMPTY_FRONTIER: Frontier = { size: 0, hashes: [] };

/** The frontier after `leaves` (leaf hashes, RFC 6962 section 2.1) were appended. */
export const extendFrontier = (frontier: Frontier, leaves: readonly Uint8Array[]): Frontier => {
  const hashes = [...frontier.hashes];
  let size = frontier.size;
  for (const leaf of leaves) {
    hashes.push(leaf);
    // As in binary counting: each trailing one of the old size merges two subtrees of equal height.
    for (let rest = size; rest % 2 === 1; rest = Math.floor(rest / 2)) mergeLastTwo(hashes);
    size += 1;
  }
  return { size, hashes };
};

const mergeLastTwo = (hashes: Uint8Array[]): void => {
  const [right, left] = [hashes.pop(), hashes.pop()];
  if (left === undefined || right === undefined)
    throw new RangeError('The frontier has fewer hashes than its size needs.');
  hashes.push(nodeHash(left, right));
};

const nodeHash = (left: Uint8Array, right: Uint8Array): Buffer => {
  const node = Buffer.allocUnsafe(1 + 2 * HASH_BYTES);
  node[0] = NODE_PREFIX;
  node.set(left, 1);
  node.set(right, 1 + HASH_BYTES);
  return sha256(node);
};

/**
 * The RFC 6962 tree root over `size` leaves whose frontier is `frontier`: what a checkpoint signs.
 * @throws RangeError when the frontier does not have one hash for each bit set in `size`.
 */
export const rootHash = (frontier: readonly Uint8Array[], size: number): Uint8Array => {
  if (frontier.length !== bitsSet(size))
    throw new RangeError(`A tree of ${size} leaves has ${bitsSet(size)} frontier hashes, not ${frontier.length}.`);
  const [last, ...larger] = [...frontier].reverse();
  return last === undefined ? EMPTY_ROOT : larger.reduce((right, left) => nodeHash(left, right), last);
};

const bitsSet = (size: number): number => {
  let bits = 0;
  for (let rest = size; rest > 0; rest = Math.floor(rest / 2)) bits += rest % 2;
  return bits;
};
