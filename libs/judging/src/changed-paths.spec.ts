import { readsPath } from '@weir/policy';
import { describe, expect, test } from 'vitest';
import { forEachSeed, randomJson, type Chance, type Json } from '../../../tools/testing/random-cases.js';
import { changedPaths } from './changed-paths.js';

describe('the paths at which two documents differ', () => {
  const vulnerability = { identifier: 'CVE-1', epss: { score: 0.1 }, aliases: ['GHSA-1'] };
  const before = {
    v0: { package: { name: 'a', size: 1 }, vulnerabilities: [vulnerability, { identifier: 'CVE-2' }] },
    v1: {},
  };

  test.each<[string, unknown, readonly string[]]>([
    ['nothing', structuredClone(before), []],
    ['a member', { ...before, v0: { ...before.v0, package: { name: 'b', size: 1 } } }, ['v0.package.name']],
    [
      'two members',
      { ...before, v0: { ...before.v0, package: { name: 'b', size: 2 } } },
      ['v0.package.name', 'v0.package.size'],
    ],
    [
      'a member of an element',
      withFirst({ ...vulnerability, epss: { score: 0.2 } }),
      ['v0.vulnerabilities.epss.score'],
    ],
    ['an element that is a text', withFirst({ ...vulnerability, aliases: ['GHSA-2'] }), ['v0.vulnerabilities.aliases']],
    [
      'one more element',
      { ...before, v0: { ...before.v0, vulnerabilities: [...before.v0.vulnerabilities, {}] } },
      ['v0.vulnerabilities'],
    ],
    ['one more member', { ...before, v1: { kev: true } }, ['v1']],
    ['one more member of the whole', { ...before, v2: {} }, ['']],
    ['an object that becomes a list', { ...before, v1: [] }, ['v1']],
    ['another document altogether', 'text', ['']],
    [
      'what should be a list and is an object',
      { ...before, v0: { ...before.v0, vulnerabilities: { a: vulnerability } } },
      ['v0.vulnerabilities'],
    ],
    ['a name with a dot', { ...before, v1: { 'a.b': 1 } }, ['v1']],
  ])('%s', (_what, after, paths) => {
    expect(changedPaths(before, after)).toEqual(paths);
    expect(changedPaths(after, before)).toEqual(paths);
  });

  function withFirst(first: object): unknown {
    return { ...before, v0: { ...before.v0, vulnerabilities: [first, { identifier: 'CVE-2' }] } };
  }

  test('what differs in an object that should be a list is told as all of it', () => {
    const odd = (severity: string) => ({
      v0: { vulnerabilities: { a: { severity } }, package: { tags: { x: severity } } },
    });
    expect(changedPaths(odd('HIGH'), odd('LOW'))).toEqual(['v0.package.tags', 'v0.vulnerabilities']);
  });

  test('what differs deep down is told as an ancestor of it', () => {
    const deep = (value: number) => ({ a: { b: { c: { d: { e: { f: { g: { h: { i: { j: value } } } } } } } } } });
    expect(changedPaths(deep(1), deep(2))).toEqual(['a.b.c.d.e.f.g.h']);
  });
});

describe('what a policy that reads a member is told to have changed', () => {
  test.each<[string, unknown, unknown, boolean]>([
    ['v1', { v0: {} }, { v0: {}, v1: {} }, true],
    ['v1.kev', { v0: {}, v1: {} }, { v0: {} }, true],
    ['v0.vulnerabilities.?', { v0: { vulnerabilities: [{ a: 1 }] } }, { v0: { vulnerabilities: [{ a: 2 }] } }, false],
    ['v0.vulnerabilities.?', { v0: { vulnerabilities: [{ a: 1 }] } }, { v0: { vulnerabilities: [] } }, true],
    ['v0.vulnerabilities.*.a', { v0: { vulnerabilities: [{ a: 1 }] } }, { v0: { vulnerabilities: [{ a: 2 }] } }, true],
    [
      'v0.package.name',
      { v0: { package: { name: 'a', size: 1 } } },
      { v0: { package: { name: 'a', size: 2 } } },
      false,
    ],
    ['*', {}, { a: 1 }, true],
  ])('%s', (read, before, after, isTold) => {
    expect(changedPaths(before, after).some((path) => readsPath(reading(read), path))).toBe(isTold);
  });
});

const reading = (path: string) => ({ inputPaths: [path], clock: false, builtins: [] });

const NAMES = ['a', 'b', 'c', 'x.y', '*', '?', '', '__proto__', 'constructor'];

/** A document that differs from another in a place or a few, or in nothing. */
const edited = (chance: Chance, value: Json, depth = 4): Json => {
  if (chance.happens(0.15) || depth === 0) return randomJson(chance, Math.max(depth, 1), NAMES);
  if (Array.isArray(value)) {
    const list = value as readonly Json[];
    if (chance.happens(0.2)) return [...list, randomJson(chance, 1, NAMES)];
    if (chance.happens(0.2)) return list.slice(1);
    return list.map((element) => (chance.happens(0.4) ? edited(chance, element, depth - 1) : element));
  }
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(() => chance.happens(0.9));
  const more: readonly (readonly [string, Json])[] = chance.happens(0.2)
    ? [[chance.pick(NAMES), randomJson(chance, 1, NAMES)]]
    : [];
  return Object.fromEntries(
    [...kept, ...more].map(([name, member]) => [
      name,
      chance.happens(0.4) ? edited(chance, member, depth - 1) : member,
    ]),
  );
};

/** A place as a policy's text names it; for members chosen at run time and for presence there are signs, not names. */
const ANY = Symbol('any member');
const PRESENT = Symbol('present');
type Step = string | typeof ANY | typeof PRESENT;

const randomRead = (chance: Chance): readonly Step[] => {
  const steps = chance.listOf(4, (): Step => (chance.happens(0.2) ? ANY : chance.pick(NAMES)));
  return chance.happens(0.3) ? [...steps, PRESENT] : steps;
};

/** As reads are told: a member that is called like the sign of presence could be any. */
const textOf = (steps: readonly Step[]): string => {
  const names = steps.map((step) => (step === PRESENT ? '?' : step === ANY || step === '?' ? '*' : step));
  return names.length === 0 ? '*' : names.join('.');
};

const NOTHING = { nothing: true };

/** All that a policy can see that reads there. */
const seenAt = (value: Json, steps: readonly Step[]): unknown => {
  const [step, ...rest] = steps;
  if (step === undefined) return value;
  if (Array.isArray(value))
    return (value as readonly Json[]).map((element) => (step === PRESENT ? true : seenInElement(element, steps)));
  const isObject = typeof value === 'object' && value !== null;
  if (step === PRESENT) return isObject ? Object.keys(value).sort() : value;
  if (!isObject) return NOTHING;
  const members = value as Readonly<Record<string, Json>>;
  if (step === ANY)
    return Object.keys(members)
      .sort()
      .map((name) => [name, seenAt(members[name] ?? null, rest)]);
  return Object.hasOwn(members, step) ? { there: seenAt(members[step] ?? null, rest) } : NOTHING;
};

/** On a list a member chosen at run time is an element: the sign stands for nothing there. */
const seenInElement = (element: Json, steps: readonly Step[]): unknown =>
  steps[0] === ANY ? [seenAt(element, steps), seenAt(element, steps.slice(1))] : seenAt(element, steps);

test('a policy none of whose reads is met by a changed path sees the same in both documents', () => {
  let [met, unmet] = [0, 0];
  forEachSeed(4_000, (chance) => {
    const before = randomJson(chance, 5, NAMES);
    const after = edited(chance, before);
    const changed = changedPaths(before, after);
    expect(changed.length > 0, `${canonical(before)} and ${canonical(after)}`).toBe(
      canonical(before) !== canonical(after),
    );
    for (const steps of chance.listOf(8, () => randomRead(chance))) {
      const isMet = changed.some((path) => readsPath(reading(textOf(steps)), path));
      if (isMet) met += 1;
      else unmet += 1;
      if (!isMet) expect(canonical(seenAt(after, steps)), textOf(steps)).toBe(canonical(seenAt(before, steps)));
    }
  });
  expect(Math.min(met, unmet)).toBeGreaterThan(2_000);
});

/** JSON text that does not depend on the order of members. */
const canonical = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${canonical(member)}`).join()}}`;
};
