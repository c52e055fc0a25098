import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { feedSteps, readAdvisories } from './feed-steps.ts';
import { startJudgedSystem, type JudgedSystem, type Standing } from './judged-system.ts';
import { publications } from './real-packages.ts';

export interface DifferentialOptions {
  readonly data: string;
  readonly packages: number;
  readonly seed: number;
  readonly onProgress: (line: string) => void;
}

export interface DifferentialReport {
  readonly packages: number;
  readonly feedLoads: number;
  /** Packages for which something is asked at the end. */
  readonly asking: number;
  readonly differing: readonly {
    readonly key: string;
    readonly selective: Standing | null;
    readonly full: Standing | null;
  }[];
}

/**
 * Judges real packages twice. Selectively: they are published first, then the feeds move, and Weir judges what it thinks is
 * due. Fully: the feeds move first, then all packages are published and so judged. Both must come to the same.
 */
export const compareSelectiveWithFull = async ({
  data,
  packages,
  seed,
  onProgress,
}: DifferentialOptions): Promise<DifferentialReport> => {
  const advisories = readAdvisories(data);
  const published = publications(advisories, packages, seed);
  const { first, later } = feedSteps(data, advisories);
  const load = async (system: JudgedSystem, steps: typeof later): Promise<void> => {
    for (const step of steps) {
      onProgress(`  ${step.kind} ${step.what}: ${await system.load(step)}`);
      await system.settle();
    }
  };
  const judge = async (how: string, tell: (system: JudgedSystem) => Promise<void>): Promise<readonly Standing[]> => {
    onProgress(how);
    const system = await startJudgedSystem(demoPolicies());
    try {
      await tell(system);
      await system.settle();
      return await system.standings();
    } finally {
      await system.close();
    }
  };
  const publish = async (system: JudgedSystem): Promise<void> => {
    await system.publish(published);
    await system.settle();
    onProgress(`  ${published.length} packages published`);
  };
  const selective = await judge('Selectively: packages first', async (system) => {
    await load(system, first);
    await publish(system);
    await load(system, later);
  });
  const full = await judge('Fully: packages last', async (system) => {
    await load(system, [...first, ...later]);
    await publish(system);
  });
  const asking = full.filter(({ desired }) => !desired.includes('"because": []')).length;
  return {
    packages: full.length,
    feedLoads: first.length + later.length,
    asking,
    differing: differences(selective, full),
  };
};

const differences = (selective: readonly Standing[], full: readonly Standing[]): DifferentialReport['differing'] => {
  const [one, other] = [
    new Map(selective.map((standing) => [standing.key, standing])),
    new Map(full.map((standing) => [standing.key, standing])),
  ];
  return [...new Set([...one.keys(), ...other.keys()])].flatMap((key) => {
    const pair = { key, selective: one.get(key) ?? null, full: other.get(key) ?? null };
    return JSON.stringify(pair.selective) === JSON.stringify(pair.full) ? [] : [pair];
  });
};

const demoPolicies = (): readonly object[] =>
  (
    parse(readFileSync(join(import.meta.dirname, '..', '..', 'examples', 'demo-policies.yaml'), 'utf8')) as {
      readonly policies: readonly object[];
    }
  ).policies;
