import { globSync, readFileSync } from 'node:fs';
import { EMBEDDED_TOPICS_CONNECTIONS } from '@weir/messaging';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { connectionsOf, sumOf } from '../apps/weir/src/compose/connections.js';

const { partitions } = parse(readFileSync('deploy/topics.yaml', 'utf8')) as { readonly partitions: number };
const { weir, ...alone } = connectionsOf(partitions);
/** For people, jobs, and what the server keeps for its superusers. */
const OTHERS = 15;
/** enrichment, evaluation, action, api, and the upstreams of ingest. */
const GROUPS = 5;

test('every pool that a service opens is among its connections', () => {
  for (const [service, pools] of Object.entries(alone)) {
    const sources = globSync(`apps/${service}/src/**/*.ts`, { exclude: ['**/*.spec.ts', '**/testing/**'] });
    const opened = sources.flatMap((file) =>
      [...readFileSync(file, 'utf8').matchAll(/open(?:Pool|Lists)\(\{[^)]*?name: '([^']+)'/g)].map(([, name]) => name),
    );
    expect(opened.sort(), service).toEqual(Object.keys(pools).sort());
  }
});

test('the server of the compose file takes the connections of all its services together', () => {
  const { services } = parse(readFileSync('deploy/compose.yaml', 'utf8'), { merge: true }) as {
    readonly services: Readonly<
      Record<string, { readonly command?: readonly string[]; readonly deploy?: { readonly replicas?: number } }>
    >;
  };
  const most = Number(/max_connections=(\d+)/.exec(services['postgres']?.command?.join(' ') ?? '')?.[1]);
  const needed = Object.entries(alone).reduce(
    (sum, [name, pools]) => sum + sumOf(pools) * (services[name]?.deploy?.replicas ?? 1),
    0,
  );
  expect(needed).toBeGreaterThan(50);
  expect(most).toBeGreaterThanOrEqual(needed + OTHERS);
});

test('the embedded server takes those of one process, its topics included', () => {
  const source = readFileSync('apps/weir/src/embedded-postgres/start-embedded-postgres.ts', 'utf8');
  const most = Number(/max_connections: '(\d+)'/.exec(source)?.[1]);
  expect(most).toBeGreaterThanOrEqual(sumOf(weir) + EMBEDDED_TOPICS_CONNECTIONS + GROUPS + OTHERS);
});
