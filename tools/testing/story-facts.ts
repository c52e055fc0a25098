import type { Chance } from './random-cases.js';

const MINUTE = 60_000;

interface Document {
  readonly v0: Readonly<Record<string, unknown>>;
  readonly v1: Readonly<Record<string, unknown>>;
}

/** Facts that the policies of a story look at, and some that none does. */
export const randomFacts = (chance: Chance, millis: number): unknown => ({
  v0: {
    package: { name: 'x', security_scan_status: chance.pick(['good', 'bad']) },
    vulnerabilities: chance.listOf(2, () => vulnerability(chance)),
    good: chance.happens(0.15),
    until: untilOf(chance, millis),
    ...(chance.happens(0.15) && { odd: chance.pick([1, 2]) }),
  },
  v1: { kev: chance.happens(0.3), other: chance.below(3) },
});

const vulnerability = (chance: Chance): unknown => ({
  identifier: chance.pick(['CVE-1', 'CVE-2']),
  epss: { score: chance.pick([0.1, 0.4, 0.6, 0.9]) },
  title: chance.pick(['x', 'y']),
});

/** At the 30th second of a minute from a day ago to two days ahead. */
const untilOf = (chance: Chance, millis: number): string =>
  new Date(millis + 15_000 + MINUTE * (chance.below(3 * 1_440) - 1_440)).toISOString();

/** The same, but one member is otherwise: mostly one that some policy reads, or one that none does. */
export const editedFacts = (chance: Chance, facts: unknown, millis: number): unknown => {
  const [{ v0, v1 }, fresh] = [facts, randomFacts(chance, millis)] as [Document, Document];
  const name = chance.pick(['package', 'vulnerabilities', 'good', 'until', 'kev', 'other', 'other', 'nothing', 'more']);
  if (name === 'more') return { v0, v1: { ...v1, [chance.pick(['kev', 'later'])]: true } };
  return {
    v0: name in v0 ? { ...v0, [name]: fresh.v0[name] } : v0,
    v1: name in v1 ? { ...v1, [name]: fresh.v1[name] } : v1,
  };
};
