import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { repositoryRoot } from '../harness/weir-process.js';
import { environmentOf, KAFKA, of, render } from './chart.js';

const topics = parse(readFileSync(join(repositoryRoot, 'deploy/topics.yaml'), 'utf8')) as {
  partitions: number;
  topics: { name: string }[];
};

test('with a prefix, the services, the job that makes the topics and KEDA name the same', () => {
  const { resources } = render(['autoscaling.kind=lag', 'kafka.topicPrefix=staging.']);
  const named = [...of(resources, 'Deployment'), ...of(resources, 'Job')].flatMap(({ metadata, spec }) =>
    (spec.template.spec.containers[0].env as readonly { name: string; value?: string }[]).some(
      ({ name, value }) => name === 'TOPIC_PREFIX' && value === 'staging.',
    )
      ? [metadata.name]
      : [],
  );
  expect(named.sort()).toEqual(
    ['action', 'api', 'enrichment', 'evaluation', 'ingest', 'topics'].map((name) => `weir-${name}`),
  );
  const triggers = of(resources, 'ScaledObject').flatMap(
    ({ spec }) => (spec as unknown as { triggers: { metadata: { consumerGroup: string; topic: string } }[] }).triggers,
  );
  expect(triggers.length).toBeGreaterThan(0);
  for (const { metadata } of triggers)
    expect([metadata.consumerGroup, metadata.topic]).toEqual([
      expect.stringMatching(/^staging\.(enrichment|evaluation|action)$/),
      expect.stringMatching(/^staging\.(packages|decisions)\./),
    ]);
});

test('scaling by lag asks for the groups and topics that the consumers read, and never for more instances than partitions', () => {
  const { resources } = render(['autoscaling.kind=lag']);
  const scaled = of(resources, 'ScaledObject').map(
    ({ spec }) =>
      spec as unknown as {
        scaleTargetRef: { name: string };
        maxReplicaCount: number;
        triggers: { metadata: { consumerGroup: string; topic: string } }[];
      },
  );
  const reading = scaled.flatMap(({ triggers }) =>
    triggers.map(({ metadata }) => `${metadata.consumerGroup} ${metadata.topic}`),
  );
  expect(reading.sort()).toEqual([
    'action decisions.recorded.v1',
    'enrichment packages.observed.v1',
    'evaluation packages.enriched.feed.v1',
    'evaluation packages.enriched.v1',
  ]);
  for (const line of reading) expect(topics.topics.map(({ name }) => name)).toContain(line.split(' ')[1]);
  for (const { maxReplicaCount } of scaled) expect(maxReplicaCount).toBeLessThanOrEqual(topics.partitions);
  expect(of(resources, 'HorizontalPodAutoscaler').map(({ metadata }) => metadata.name)).toEqual([
    'weir-api',
    'weir-ingest',
  ]);
  for (const { spec } of of(resources, 'Deployment')) expect(spec).not.toHaveProperty('replicas');
});

test.each([
  [[], {}, undefined],
  [
    ['kafka.sasl.mechanism=plain', 'kafka.sasl.username=weir', 'kafka.existingSecret=weir-kafka'],
    { sasl: 'plaintext' },
    { username: 'weir', password: 'weir-kafka password' },
  ],
  [
    ['kafka.sasl.mechanism=scram-sha-256', 'kafka.sasl.username=weir', 'kafka.existingSecret=weir-kafka'],
    { sasl: 'scram_sha256' },
    { username: 'weir', password: 'weir-kafka password' },
  ],
  [
    KAFKA,
    { tls: 'enable', sasl: 'scram_sha512' },
    { username: 'weir', password: 'weir-kafka password', ca: 'weir-kafka ca.crt' },
  ],
  [['kafka.tls.enabled=true'], { tls: 'enable' }, undefined],
  [
    [
      'kafka.tls.enabled=true',
      'kafka.tls.caKey=ca',
      'kafka.tls.certKey=crt',
      'kafka.tls.keyKey=key',
      'kafka.existingSecret=k',
    ],
    { tls: 'enable' },
    { ca: 'k ca', cert: 'k crt', key: 'k key' },
  ],
])('KEDA connects as the services do: %o', (settings, connects, from) => {
  const { resources } = render(['autoscaling.kind=lag', ...settings]);
  const [authentication] = of(resources, 'TriggerAuthentication').map(({ metadata, spec }) => ({
    name: metadata.name,
    ...(spec as unknown as {
      env?: { parameter: string; name: string }[];
      secretTargetRef: { parameter: string; name: string; key: string }[];
    }),
  }));
  for (const { metadata, spec } of of(resources, 'ScaledObject'))
    for (const { metadata: given, authenticationRef } of spec['triggers'] as {
      metadata: Record<string, string>;
      authenticationRef?: { name: string };
    }[]) {
      const { tls, sasl } = given;
      expect({ ...(tls && { tls }), ...(sasl && { sasl }) }, metadata.name).toEqual(connects);
      expect(authenticationRef?.name, metadata.name).toBe(authentication?.name);
    }
  expect(
    authentication && {
      ...Object.fromEntries(
        (authentication.env ?? []).map(({ parameter, name }) => [
          parameter,
          environmentOf(resources, 'evaluation')[name],
        ]),
      ),
      ...Object.fromEntries(
        authentication.secretTargetRef.map(({ parameter, name, key }) => [parameter, `${name} ${key}`]),
      ),
    },
  ).toEqual(from);
});

test('who connects to PostgreSQL finds the files that the URLs name, and not the URLs of others', () => {
  const { resources } = render(['database.files={ca.crt,tls.key}']);
  const pods = [...of(resources, 'Deployment'), ...of(resources, 'Job')].filter(
    ({ metadata }) => metadata.name !== 'weir-topics',
  );
  expect(pods).toHaveLength(7);
  for (const { metadata, spec } of pods) {
    const pod = spec.template.spec as unknown as { volumes: unknown[] };
    expect(spec.template.spec.containers[0].volumeMounts, metadata.name).toContainEqual({
      name: 'database',
      mountPath: '/weir/database',
      readOnly: true,
    });
    expect(pod.volumes, metadata.name).toContainEqual({
      name: 'database',
      secret: {
        secretName: 'weir-database',
        defaultMode: 288,
        items: [
          { key: 'ca.crt', path: 'ca.crt' },
          { key: 'tls.key', path: 'tls.key' },
        ],
      },
    });
  }
});
