import { parse } from 'yaml';
import { runTool, type ToolResult } from './run-tool.js';

const CHART = 'deploy/helm/weir';
/** The oldest and the newest that the chart is checked for; Chart.yaml names the oldest. */
export const KUBERNETES = ['1.29.0', '1.37.0'] as const;
/** What no installation can do without. */
export const REQUIRED = [
  'kafka.brokers=kafka-1:9092,kafka-2:9092'.replaceAll(',', '\\,'),
  'database.existingSecret=weir-database',
  'firstKey.existingSecret=weir-first-key',
];

export interface EnvironmentVariable {
  readonly name: string;
  readonly value?: string;
  readonly valueFrom?: { readonly secretKeyRef: { readonly name: string; readonly key: string } };
}

export interface Container {
  readonly name: string;
  readonly image: string;
  readonly args: readonly string[];
  readonly env: readonly EnvironmentVariable[];
  readonly startupProbe: Probe;
  readonly livenessProbe: Probe;
  readonly readinessProbe: Probe;
  readonly securityContext: unknown;
  readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string }[];
}

interface Probe {
  readonly httpGet: { readonly path: string };
}

export interface Resource {
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly labels: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly spec: Readonly<Record<string, unknown>> & {
    readonly template: { readonly spec: { readonly containers: readonly [Container] } };
  };
  readonly data?: Readonly<Record<string, string>>;
}

export const helm = (
  command: 'template' | 'lint',
  settings: readonly string[],
  version: string = KUBERNETES[1],
): ToolResult => {
  const set = settings.flatMap((setting) => ['--set', setting]);
  return runTool(
    'helm',
    command === 'lint'
      ? ['lint', '--strict', CHART, '--kube-version', version, ...set]
      : ['template', 'weir', CHART, '--kube-version', version, ...set],
  );
};

export interface Rendered {
  /** As helm hands it to Kubernetes. */
  readonly text: string;
  readonly resources: readonly Resource[];
  /** The texts of the resources whose kind is not among `kinds`. */
  readonly without: (kinds: readonly string[]) => readonly string[];
}

/** What the chart gives for these values beside the required ones. */
export const render = (settings: readonly string[]): Rendered => {
  const { code, stdout, stderr } = helm('template', [...REQUIRED, ...settings]);
  if (code !== 0) throw new Error(`helm template ended with ${code}: ${stderr}`);
  const texts = stdout.split(/^---$/m).filter((text) => /^kind:/m.test(text));
  return {
    text: stdout,
    resources: texts.map((text) => parse(text) as Resource),
    without: (kinds) => texts.filter((text) => !kinds.includes(/^kind: (\w+)/m.exec(text)?.[1] ?? '')),
  };
};

/** Values for brokers that want TLS and a login. */
export const KAFKA = [
  'kafka.existingSecret=weir-kafka',
  'kafka.tls.enabled=true',
  'kafka.tls.caKey=ca.crt',
  'kafka.sasl.mechanism=scram-sha-512',
  'kafka.sasl.username=weir',
];

export const of = (resources: readonly Resource[], kind: string): Resource[] =>
  resources.filter((one) => one.kind === kind);
export const containerOf = (resources: readonly Resource[], service: string) => {
  const found = of(resources, 'Deployment').find(({ metadata }) => metadata.name === `weir-${service}`)?.spec.template
    .spec.containers[0];
  if (found === undefined) throw new Error(`There is no Deployment of ${service}.`);
  return found;
};
/** As the container of a service is given it; of what comes from a secret, the secret's name. */
export const environmentOf = (resources: readonly Resource[], service: string): Record<string, string> =>
  Object.fromEntries(
    containerOf(resources, service).env.map(({ name, value, valueFrom }) => [
      name,
      value ?? (name === 'DATABASE_URL' ? 'postgres://a-secret' : `from ${valueFrom?.secretKeyRef.name ?? ''}`),
    ]),
  );
