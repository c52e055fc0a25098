import type { PolicyBook } from '@weir/domain';

const LONGEST = 60;

/** A short id from a name: `EPSS > 0.2` becomes `epss-0-2`, and `epss-0-2-2` when that one is taken. */
export const policyIdFor = (name: string, book: PolicyBook): string => {
  const stem = slug(name) || 'policy';
  // `in` also finds what every object inherits, so no policy is ever called constructor.
  const isTaken = (id: string): boolean => id in book.policies;
  for (let turn = 1; ; turn += 1) {
    const id = turn === 1 ? stem : `${stem}-${turn}`;
    if (!isTaken(id)) return id;
  }
};

const slug = (name: string): string =>
  name
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, LONGEST)
    .replaceAll(/^-+|-+$/g, '');
