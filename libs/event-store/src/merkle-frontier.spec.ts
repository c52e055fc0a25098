import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { EMPTY_FRONTIER, extendFrontier, rootHash } from './merkle-frontier.js';

const digest = (...parts: readonly Uint8Array[]) => createHash('sha256').update(Buffer.concat(parts)).digest();
const leafHash = (input: Uint8Array) => digest(Buffer.from([0]), input);

/** RFC 6962 section 2.1, word for word: split at the largest power of two smaller than n. */
const naiveRoot = (leaves: readonly Uint8Array[]): Uint8Array => {
  const [only] = leaves;
  if (only === undefined) return digest();
  if (leaves.length === 1) return only;
  let split = 1;
  while (split * 2 < leaves.length) split *= 2;
  return digest(Buffer.from([1]), naiveRoot(leaves.slice(0, split)), naiveRoot(leaves.slice(split)));
};
const leaves = Array.from({ length: 201 }, (_, index) => leafHash(Buffer.from(`leaf ${index}`)));

describe('the frontier', () => {
  test('gives the root that RFC 6962 defines, for every size up to 200', () => {
    let frontier = EMPTY_FRONTIER;
    for (let size = 0; size <= 200; size += 1) {
      expect(rootHash(frontier.hashes, frontier.size)).toEqual(naiveRoot(leaves.slice(0, size)));
      frontier = extendFrontier(frontier, leaves.slice(size, size + 1));
    }
  });

  test('does not depend on how the leaves were batched', () => {
    for (let first = 0; first <= 70; first += 1) {
      const twice = extendFrontier(extendFrontier(EMPTY_FRONTIER, leaves.slice(0, first)), leaves.slice(first, 71));
      expect(twice).toEqual(extendFrontier(EMPTY_FRONTIER, leaves.slice(0, 71)));
    }
  });

  test('counts beyond 32 bits', () => {
    const size = 2 ** 40 + 1;
    const frontier = { size, hashes: leaves.slice(0, 2) };
    expect(extendFrontier(frontier, leaves.slice(2, 3))).toEqual({
      size: size + 1,
      hashes: [leaves[0], digest(Buffer.from([1]), ...leaves.slice(1, 3))],
    });
  });

  test('is refused when it has not one hash for each bit of the size', () => {
    expect(() => rootHash([leafHash(Buffer.from('a'))], 3)).toThrow('A tree of 3 leaves has 2 frontier hashes, not 1.');
  });
});

describe("the reference vectors of Certificate Transparency's Merkle tree", () => {
  const inputs = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f'];
  const roots = [
    'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
    'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
    'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
    'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
    '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
    'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
    '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
  ];
  test.each(roots.map((root, size) => ({ size, root })))('$size leaves', ({ size, root }) => {
    const frontier = extendFrontier(
      EMPTY_FRONTIER,
      inputs.slice(0, size).map((input) => leafHash(Buffer.from(input, 'hex'))),
    );
    expect(Buffer.from(rootHash(frontier.hashes, frontier.size)).toString('hex')).toBe(root);
  });
});
