import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';

const folder = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..', '..', 'examples');

export interface DemoPolicy {
  readonly template: string;
  readonly name: string;
  readonly [setting: string]: unknown;
}

/** The real data that the demo plays with; examples/README.md says where each file comes from. */
export const demoSnapshot = {
  advisories: join(folder, 'feeds', 'osv.jsonl.gz'),
  knownExploited: join(folder, 'feeds', 'known_exploited_vulnerabilities-2026-07-24.json.gz'),
  scores: (day: string): string => join(folder, 'feeds', `epss_scores-${day}.csv.gz`),
  events: (): readonly unknown[] =>
    readFileSync(join(folder, 'events', 'published.jsonl'), 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as unknown),
  policies: (): readonly DemoPolicy[] =>
    (parse(readFileSync(join(folder, 'demo-policies.yaml'), 'utf8')) as { policies: DemoPolicy[] }).policies,
};
