import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { afterAll, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { findingsOf, reads, SERVICES } from '../../tools/deploy/service-environment.js';
import { removeFolder, repositoryRoot, temporaryFolder } from '../harness/weir-process.js';
import { containerOf, environmentOf, helm, KAFKA, KUBERNETES, of, render, REQUIRED, type Resource } from './chart.js';
import { customResources } from './custom-resources.js';
import { runTool } from './run-tool.js';

const folder = temporaryFolder();
afterAll(() => removeFolder(folder));
const read = (path: string): string => readFileSync(join(repositoryRoot, path), 'utf8');
const topics = parse(read('deploy/topics.yaml')) as { partitions: number; topics: { name: string }[] };

const SECRETS = [
  'apiKeys.existingSecret=weir-keys',
  'webhooks.existingSecret=weir-webhooks',
  'image.pullSecrets[0].name=pull',
];
const METRICS = [
  'metrics.serviceMonitor.enabled=true',
  'metrics.rules.enabled=true',
  'metrics.dashboards.enabled=true',
];
const RENDERINGS: Readonly<Record<string, readonly string[]>> = {
  'the defaults': [],
  'scaling by processors': ['autoscaling.kind=cpu'],
  'scaling by lag': ['autoscaling.kind=lag', 'topics.partitions=12', 'services.evaluation.maxReplicas=12'],
  'keys and webhooks from secrets': SECRETS,
  'brokers that want TLS and a login': KAFKA,
  'scaling by the lag of brokers that want TLS and a login': ['autoscaling.kind=lag', ...KAFKA],
  'a PostgreSQL whose certificate is checked': ['database.files={ca.crt}'],
  'upstream topics from a secret': ['upstreams.existingSecret=weir-upstreams'],
  'one host in front': [
    'ingress.enabled=true',
    'ingress.className=nginx',
    'ingress.tlsSecret=weir-tls',
    'ingress.annotations.a\\.b/c=off',
  ],
  'metrics for an operator': METRICS,
  'no network policies and no account': ['networkPolicy.enabled=false', 'serviceAccount.create=false'],
  'traces, variables and placement': [
    'telemetry.otlpEndpoint=http://otel:4318',
    'telemetry.traceRatio=0.1',
    'services.evaluation.env.POLICY_WORKERS=2',
    'services.enrichment.env.FEEDS_OSV_URL=https://osv.example/all.zip',
    'nodeSelector.disk=ssd',
    'tolerations[0].operator=Exists',
    'podLabels.team=security',
  ],
  'everything at once': [
    ...SECRETS,
    ...KAFKA,
    ...METRICS,
    'upstreams.existingSecret=weir-upstreams',
    'ingress.enabled=true',
    'autoscaling.kind=lag',
    'telemetry.otlpEndpoint=http://otel:4318',
  ],
};

test.each(KUBERNETES)('helm lint finds nothing on Kubernetes %s', (version) => {
  const { code, stdout, stderr } = helm('lint', REQUIRED, version);
  expect(code, stdout + stderr).toBe(0);
});

test.each(Object.entries(RENDERINGS))(
  'every resource of %s is one that Kubernetes takes, no field too many',
  (name, settings) => {
    const { resources, without } = render(settings);
    const known = without(Object.keys(customResources));
    const file = join(folder, `${name.replaceAll(/\W+/g, '-')}.yaml`);
    writeFileSync(file, known.join('---\n'));
    const { code, stdout, stderr } = runTool('kubernetes-validate', ['--strict', '-k', '1.37', file]);
    expect(code, stdout + stderr).toBe(0);
    expect((stdout + stderr).match(/ passed /g)).toHaveLength(known.length);
    const custom = resources.filter(({ kind }) => kind in customResources);
    const ajv = new Ajv({ allErrors: true });
    for (const one of custom)
      expect(ajv.validate(customResources[one.kind] ?? false, one) || ajv.errors, one.kind).toBe(true);
  },
);

test.each(Object.entries(RENDERINGS))(
  'every service gets, with %s, what it reads, in values that it takes, and nothing that it does not read',
  (_, settings) => {
    const { resources } = render(settings);
    expect(SERVICES.flatMap((service) => findingsOf(service, environmentOf(resources, service)))).toEqual([]);
  },
);

test('all services have as many partitions as the topics are made with, whatever the values say', () => {
  for (const [settings, partitions] of [
    [[], topics.partitions],
    [['topics.partitions=12'], 12],
  ] as const) {
    const { resources } = render(settings);
    const declared =
      of(resources, 'ConfigMap').find(({ metadata }) => metadata.name === 'weir-topics')?.data?.['topics.yaml'] ?? '';
    expect((parse(declared) as typeof topics).partitions).toBe(partitions);
    for (const service of SERVICES)
      if (reads(service, 'PARTITIONS'))
        expect(environmentOf(resources, service)['PARTITIONS'], service).toBe(String(partitions));
  }
});

test('whatever topics.yaml declares may be declared by a value', () => {
  const schema = JSON.parse(read('deploy/helm/weir/values.schema.json')) as { properties: { topics: object } };
  const ajv = new Ajv({ allErrors: true });
  expect(ajv.validate(schema.properties.topics, parse(read('deploy/topics.yaml'))) || ajv.errors).toBe(true);
});

test.each([
  [['services.evaluation.env.PARTITIONS=8'], 'services.evaluation.env.PARTITIONS: the chart sets PARTITIONS itself'],
  [['services.api.env.DATABASE_URL=postgres://a'], 'services.api.env.DATABASE_URL: the chart sets DATABASE_URL itself'],
  [['services.evaluation.maxReplicas=5'], 'services.evaluation.maxReplicas is 5, but the topics have 4 partitions'],
  [['topics.partitions=3'], 'maxReplicas is 4, but the topics have 3 partitions'],
  [['kafka.brokers='], 'kafka.brokers is not set'],
  [['database.existingSecret='], 'database.existingSecret is not set'],
  [['firstKey.existingSecret='], 'firstKey.existingSecret is not set'],
  [['kafka.brokers=nohost'], 'kafka.brokers'],
  [['autoscaling.kind=magic'], 'autoscaling.kind'],
  [['partitions=8'], 'partitions'],
  [['kafka.sasl.mechanism=plain'], 'kafka.sasl.username'],
  [['kafka.sasl.mechanism=plain', 'kafka.sasl.username=weir'], 'kafka.existingSecret'],
  [['kafka.tls.caKey=ca.crt', 'kafka.existingSecret=weir-kafka'], 'kafka.tls.enabled'],
  [['database.files={owner-url}'], 'database.files: owner-url is the key of a URL'],
  [['services.ingest.env.KAFKA_TLS=true'], 'services.ingest.env.KAFKA_TLS'],
])('%o is refused, with the cure', (settings, message) => {
  const { code, stderr } = helm('template', [...REQUIRED, ...settings]);
  expect(code).toBe(1);
  expect(stderr.replaceAll('/', '.')).toContain(message.replaceAll('/', '.'));
});

test('no value of the chart is a secret, and no secret is in what it gives', () => {
  const { resources } = render(RENDERINGS['everything at once'] ?? []);
  expect(of(resources, 'Secret')).toEqual([]);
  const secret = (service: string, name: string) =>
    containerOf(resources, service).env.find((one) => one.name === name)?.valueFrom?.secretKeyRef;
  for (const service of SERVICES)
    expect(secret(service, 'DATABASE_URL'), service).toEqual({ name: 'weir-database', key: 'service-url' });
  for (const service of SERVICES)
    expect(secret(service, 'API_KEYS'), service).toEqual({ name: 'weir-keys', key: 'api-keys' });
  expect(environmentOf(resources, 'action')['WEBHOOKS_FILE']).toBe('/weir/secrets/webhooks.json');
  expect(containerOf(resources, 'action').volumeMounts.map(({ mountPath }) => mountPath)).toContain('/weir/secrets');
  expect(environmentOf(resources, 'ingest')['UPSTREAM_FILE']).toBe('/weir/upstreams/upstreams.yaml');
  expect(containerOf(resources, 'ingest').volumeMounts.map(({ mountPath }) => mountPath)).toContain('/weir/upstreams');
});

test('who connects to Kafka gets the files that tell how, the job that applies the topics included', () => {
  const { resources } = render(KAFKA);
  const topicsJob = of(resources, 'Job').find(({ metadata }) => metadata.name === 'weir-topics')?.spec.template.spec
    .containers[0];
  const connecting = [...SERVICES.map((service) => containerOf(resources, service)), topicsJob];
  for (const container of connecting) {
    const env = Object.fromEntries((container?.env ?? []).map(({ name, value }) => [name, value]));
    expect(env, container?.name).toMatchObject({
      KAFKA_TLS: 'true',
      KAFKA_TLS_CA_FILE: '/weir/kafka/ca.crt',
      KAFKA_SASL_MECHANISM: 'scram-sha-512',
      KAFKA_SASL_USERNAME: 'weir',
      KAFKA_SASL_PASSWORD_FILE: '/weir/kafka/password',
    });
    expect(container?.volumeMounts, container?.name).toContainEqual({
      name: 'kafka',
      mountPath: '/weir/kafka',
      readOnly: true,
    });
  }
});

test('probes ask for what every service answers', () => {
  const { resources } = render([]);
  const shell = read('libs/service/src/health/health.controller.ts');
  for (const service of SERVICES) {
    const { startupProbe, livenessProbe, readinessProbe } = containerOf(resources, service);
    expect([startupProbe, livenessProbe, readinessProbe].map(({ httpGet }) => httpGet.path)).toEqual([
      '/health',
      '/health',
      '/ready',
    ]);
  }
  for (const path of ['health', 'ready']) expect(shell).toContain(`@Get('${path}')`);
});

test('no container has more rights than none, jobs included', () => {
  const { resources } = render([]);
  const scheduled = of(resources, 'CronJob').map(({ metadata, spec }) => ({
    metadata,
    spec: (spec['jobTemplate'] as Resource).spec,
  }));
  const all = [...of(resources, 'Deployment'), ...of(resources, 'Job'), ...scheduled];
  expect(all).toHaveLength(9);
  for (const { spec, metadata } of all) {
    expect(spec.template.spec, metadata.name).toMatchObject({
      automountServiceAccountToken: false,
      securityContext: { runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: 'RuntimeDefault' } },
    });
    expect(spec.template.spec.containers[0].securityContext, metadata.name).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
  }
});

test('schema and topics are brought up to date before any service of the release starts', () => {
  const { resources } = render([]);
  const jobs = of(resources, 'Job');
  for (const { metadata } of jobs) expect(metadata.annotations?.['helm.sh/hook']).toBe('pre-install,pre-upgrade');
  expect(jobs.map(({ spec }) => spec.template.spec.containers[0].args.join(' '))).toEqual([
    'weir migrate',
    'weir topics apply --file /weir/declared/topics.yaml',
    'weir keys create operator --permissions all --if-none --file /weir/first-key/first-key --database $(DATABASE_URL)',
  ]);
  expect(jobs[0]?.spec.template.spec.containers[0].env).toEqual([
    { name: 'DATABASE_URL', valueFrom: { secretKeyRef: { name: 'weir-database', key: 'owner-url' } } },
  ]);
});

test('the images are those of the Dockerfile and the compose file', () => {
  const { resources } = render([]);
  const compose = parse(read('deploy/compose.yaml')) as {
    services: Record<string, { image: string }>;
    'x-service': { image: string };
  };
  for (const service of SERVICES)
    expect(containerOf(resources, service)).toMatchObject({
      args: [service],
      image: service === 'api' ? compose.services['api']?.image : compose['x-service'].image,
    });
  const { version } = JSON.parse(read('package.json')) as { version: string };
  expect((parse(read('deploy/helm/weir/Chart.yaml')) as { appVersion: string }).appVersion).toBe(version);
});

test('the alerts for an operator are rules that Prometheus takes', () => {
  const [rules] = of(render(METRICS).resources, 'PrometheusRule');
  const file = join(folder, 'rules.yaml');
  writeFileSync(file, stringify(rules?.spec));
  const { code, stdout, stderr } = runTool('promtool', ['check', 'rules', file]);
  expect(code, stderr).toBe(0);
  const alerts = readFileSync('deploy/prometheus/alerts.yaml', 'utf8').match(/- alert:/g);
  expect(stdout).toContain(`SUCCESS: ${alerts?.length} rules found`);
});

test('a packaged chart holds the files it reads, and gives the same', () => {
  const packaged = runTool('helm', ['package', 'deploy/helm/weir', '--destination', folder]);
  expect(packaged.code, packaged.stderr).toBe(0);
  const set = [...REQUIRED, ...METRICS].flatMap((setting) => ['--set', setting]);
  const { stdout } = runTool('helm', [
    'template',
    'weir',
    join(folder, 'weir-0.1.0.tgz'),
    '--kube-version',
    KUBERNETES[1],
    ...set,
  ]);
  expect(stdout).toBe(render(METRICS).text);
});
