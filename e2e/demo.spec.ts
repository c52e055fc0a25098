import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { repositoryRoot, runWeir, type CommandResult } from './harness/weir-process.js';

interface DemoPackage {
  purl: string;
  repository: string;
  state: string;
  tags: string[];
  reasons: string[];
  before: { state: string; tags: string[] };
  decision: { id: string; policy: string | null; revision: number | null; decidedAt: string };
}
interface Demo {
  events: number;
  decisions: number;
  epssChanged: number;
  reevaluated: number;
  decidedAnew: number;
  packages: DemoPackage[];
  durationMs: number;
}
interface Expected {
  events: number;
  epssMoved: number;
  packagesWithAMovedCve: number;
  packages: {
    purl: string;
    repository: string;
    before: { state: string; exceededEpss: boolean };
    after: { state: string; exceededEpss: boolean };
    movedCves: string[];
  }[];
}

/** Computed from the data alone, by a program that shares nothing with the services: see examples/README.md. */
const expected = JSON.parse(readFileSync(join(repositoryRoot, 'examples', 'expected-states.json'), 'utf8')) as Expected;
let result: CommandResult;
let demo: Demo;

beforeAll(async () => {
  result = await runWeir(['demo', '--json'], { API_KEYS: 'asked-for-by-the-environment' });
  demo = JSON.parse(result.stdout) as Demo;
}, 300_000);

const find = (purl: string, repository?: string): DemoPackage => {
  const found = demo.packages.find(
    (each) => each.purl === purl && (repository === undefined || each.repository === repository),
  );
  if (!found) throw new Error(`${purl} is not in the demo's answer`);
  return found;
};

describe('weir demo --json', () => {
  test('ends with 0 and prints one document and nothing else on stdout', () => {
    expect(result.code).toBe(0);
    expect(result.stdout.trim().split('\n')).toHaveLength(1);
    expect(result.stderr).toContain('packages published');
  });

  test('judges every published package', () => {
    expect(demo.events).toBe(expected.events);
    expect(demo.packages).toHaveLength(expected.packages.length);
    expect(demo.decisions).toBeGreaterThanOrEqual(demo.events + demo.decidedAnew);
  });

  test('lodash and spotipy pass on the first day and are quarantined and tagged on the second', () => {
    for (const purl of ['pkg:npm/lodash@4.17.20', 'pkg:pypi/spotipy@2.25.0']) {
      const found = find(purl);
      expect(found.before).toMatchObject({ state: 'available' });
      expect(found.before.tags).not.toContain('exceeded-epss');
      expect(found.state).toBe('quarantined');
      expect(found.tags).toContain('exceeded-epss');
      expect(found.reasons.join(' ')).toMatch(/CVE-2021-23337|CVE-2025-27154/);
    }
  });

  test('log4j-core was quarantined from the start and stays so', () => {
    const found = find('pkg:maven/org.apache.logging.log4j/log4j-core@2.14.1');
    expect([found.before.state, found.state]).toEqual(['quarantined', 'quarantined']);
  });

  test('a package whose score fell is released', () => {
    const released = demo.packages.filter(
      ({ before, state }) => before.state === 'quarantined' && state === 'available',
    );
    const wanted = expected.packages.filter(
      ({ before, after }) => before.state === 'quarantined' && after.state === 'available',
    );
    expect(released.map(({ purl, repository }) => `${repository} ${purl}`)).toEqual(
      wanted.map(({ purl, repository }) => `${repository} ${purl}`),
    );
    expect(released.length).toBeGreaterThan(0);
  });

  test('every package stands where a calculation from the data alone puts it, on both days', () => {
    const wanted = expected.packages.map((each) => [
      `${each.repository} ${each.purl}`,
      each.before.state,
      each.before.exceededEpss,
      each.after.state,
      each.after.exceededEpss,
    ]);
    const told = demo.packages.map((each) => [
      `${each.repository} ${each.purl}`,
      each.before.state,
      each.before.tags.includes('exceeded-epss'),
      each.state,
      each.tags.includes('exceeded-epss'),
    ]);
    expect(told.toSorted()).toEqual(wanted.toSorted());
  });

  test('exactly the packages with a moved CVE are judged again', () => {
    expect(demo.epssChanged).toBe(expected.epssMoved);
    expect(demo.reevaluated).toBe(expected.packagesWithAMovedCve);
    expect(demo.reevaluated).toBeLessThan(demo.packages.length);
    expect(demo.decidedAnew).toBeGreaterThan(0);
    expect(demo.decidedAnew).toBeLessThan(demo.reevaluated);
  });

  test('every decision can be named', () => {
    for (const { decision } of demo.packages) expect(decision.id).toMatch(/^evaluation-\d+-\d+$/);
    expect(find('pkg:npm/lodash@4.17.20').decision).toMatchObject({
      revision: 1,
      policy: expect.any(String) as string,
    });
  });
});
