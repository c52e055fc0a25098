const text = { type: 'string' };
const labelled = {
  type: 'object',
  required: ['name', 'labels'],
  additionalProperties: false,
  properties: { name: text, labels: { type: 'object', additionalProperties: text } },
};
const resource = (apiVersion: string, kind: string, spec: object) => ({
  type: 'object',
  required: ['apiVersion', 'kind', 'metadata', 'spec'],
  additionalProperties: false,
  properties: { apiVersion: { const: apiVersion }, kind: { const: kind }, metadata: labelled, spec },
});
const closed = (properties: object, required: readonly string[] = Object.keys(properties)) => ({
  type: 'object',
  additionalProperties: false,
  required,
  properties,
});
const list = (items: object) => ({ type: 'array', minItems: 1, items });

const trigger = {
  bootstrapServers: text,
  consumerGroup: text,
  topic: text,
  lagThreshold: { type: 'string', pattern: '^\\d+$' },
  offsetResetPolicy: { enum: ['earliest', 'latest'] },
};
const kafkaTrigger = closed(
  {
    type: { const: 'kafka' },
    // KEDA takes text only, numbers too.
    metadata: closed(
      {
        ...trigger,
        tls: { enum: ['enable', 'disable'] },
        sasl: { enum: ['none', 'plaintext', 'scram_sha256', 'scram_sha512', 'oauthbearer', 'gssapi'] },
      },
      Object.keys(trigger),
    ),
    authenticationRef: closed({ name: text }),
  },
  ['type', 'metadata'],
);
/** What the scaler takes from elsewhere only: a name or a password among its own settings is passed over. */
const kafkaParameter = { enum: ['username', 'password', 'ca', 'cert', 'key'] };

/**
 * What the chart uses of resources that are not Kubernetes' own, by their documentation (KEDA 2, Prometheus operator v1),
 * written by hand: their own schemas are not at hand here. By kind.
 */
export const customResources: Readonly<Record<string, object>> = {
  ScaledObject: resource(
    'keda.sh/v1alpha1',
    'ScaledObject',
    closed({
      scaleTargetRef: closed({ name: text }),
      minReplicaCount: { type: 'integer', minimum: 1 },
      maxReplicaCount: { type: 'integer', minimum: 1 },
      cooldownPeriod: { type: 'integer' },
      advanced: closed({
        horizontalPodAutoscalerConfig: closed({
          behavior: closed({ scaleDown: closed({ stabilizationWindowSeconds: { type: 'integer' } }) }),
        }),
      }),
      triggers: list(kafkaTrigger),
    }),
  ),
  TriggerAuthentication: resource(
    'keda.sh/v1alpha1',
    'TriggerAuthentication',
    closed(
      {
        env: list(closed({ parameter: kafkaParameter, name: text })),
        secretTargetRef: list(closed({ parameter: kafkaParameter, name: text, key: text })),
      },
      ['secretTargetRef'],
    ),
  ),
  ServiceMonitor: resource(
    'monitoring.coreos.com/v1',
    'ServiceMonitor',
    closed({
      selector: closed({ matchLabels: { type: 'object', additionalProperties: text } }),
      endpoints: list(
        closed({
          port: text,
          path: text,
          interval: text,
          authorization: closed({ credentials: closed({ name: text, key: text }) }),
          relabelings: list(closed({ action: text, targetLabel: text, replacement: text })),
        }),
      ),
    }),
  ),
  PrometheusRule: resource(
    'monitoring.coreos.com/v1',
    'PrometheusRule',
    closed({ groups: list({ type: 'object', required: ['name', 'rules'] }) }),
  ),
};
