import { ValueType, type HrTime } from '@opentelemetry/api';
import { emptyResource } from '@opentelemetry/resources';
import {
  AggregationTemporality,
  DataPointType,
  type DataPoint,
  type MetricData,
  type MetricProducer,
} from '@opentelemetry/sdk-metrics';
import { METRICS, type LabelsOf, type MetricKey } from './metric-names.js';

/** One value of a metric that is asked for. */
export interface Observation<Key extends MetricKey> {
  readonly value: number;
  readonly labels: LabelsOf<Key>;
}

/** Tells a metric's values whenever a scrape asks. A fault, or no answer in time, leaves it out of that scrape. */
export type Observe<Key extends MetricKey> = () => Promise<readonly Observation<Key>[]> | readonly Observation<Key>[];

interface Sample {
  readonly value: number;
  readonly labels: Readonly<Record<string, string>>;
}

type Tell = () => Promise<readonly Sample[]> | readonly Sample[];

const observers = new Map<MetricKey, Set<Tell>>();

/** Registers what tells a metric at each scrape; of several each tells its own. The returned function takes it back. */
export const addObserver = <Key extends MetricKey>(key: Key, observations: Observe<Key>): (() => void) => {
  const known = observers.get(key) ?? new Set<Tell>();
  observers.set(key, known.add(observations));
  return () => known.delete(observations);
};

/**
 * Exactly what the observers say at this moment. OpenTelemetry's own observable instruments go on telling the last value
 * of what is not observed any more: the lag of a partition that moved to another process would be told by both for ever.
 */
export const observations: MetricProducer = {
  collect: async (options) => {
    const errors: unknown[] = [];
    const metrics = await Promise.all(
      [...observers].map(async ([key, each]) =>
        toMetric(key, (await Promise.all([...each].map((one) => ask(one, options?.timeoutMillis, errors)))).flat()),
      ),
    );
    return {
      resourceMetrics: { resource: emptyResource(), scopeMetrics: [{ scope: { name: 'weir' }, metrics }] },
      errors,
    };
  },
};

const ask = async (tell: Tell, millis = 1_000, errors: unknown[]): Promise<readonly Sample[]> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${millis} ms`)), millis);
  });
  try {
    return await Promise.race([tell(), late]);
  } catch (fault) {
    errors.push(fault);
    return [];
  } finally {
    clearTimeout(timer);
  }
};

const AT: HrTime = [0, 0];

const toMetric = (key: MetricKey, observed: readonly Sample[]): MetricData => {
  const { name, help, unit, kind } = METRICS[key];
  const dataPoints: DataPoint<number>[] = observed.map(({ value, labels }) => ({
    value,
    attributes: labels,
    startTime: AT,
    endTime: AT,
  }));
  const described = {
    descriptor: { name, description: help, unit, valueType: ValueType.DOUBLE },
    aggregationTemporality: AggregationTemporality.CUMULATIVE,
    dataPoints,
  };
  return kind === 'counter'
    ? { ...described, dataPointType: DataPointType.SUM, isMonotonic: true }
    : { ...described, dataPointType: DataPointType.GAUGE };
};
