import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Counter, Histogram } from '@opentelemetry/api';
import { PrometheusExporter, PrometheusSerializer } from '@opentelemetry/exporter-prometheus';
import { MeterProvider, type ResourceMetrics } from '@opentelemetry/sdk-metrics';
import {
  METRICS,
  type CounterKey,
  type GaugeKey,
  type HistogramKey,
  type LabelsOf,
  type MetricKey,
} from './metric-names.js';
import type { Metric } from './metric.js';
import { addObserver, observations, type Observe } from './observations.js';

// Read by scrapes of our own HTTP server; the exporter's own is never started.
const reader = new PrometheusExporter({ preventServerStart: true, metricProducers: [observations] });
const meter = new MeterProvider({ readers: [reader] }).getMeter('weir');
const serializer = new PrometheusSerializer(undefined, false, undefined, true, true);

const counters = new Map<MetricKey, Counter>();
const histograms = new Map<MetricKey, Histogram>();

/** Adds to a counter; for the hot path once a batch. Zero shows a counter before its first event: Prometheus sees no increase in what it never saw. */
export const count = <Key extends CounterKey>(key: Key, amount: number, labels: LabelsOf<Key>): void => {
  made(counters, key, (name, options) => meter.createCounter(name, options)).add(amount, labels);
};

/** Counts a fault of work that goes on: `onFault` of `keepGoing`. */
export const countFault = (_fault: unknown, work: string): void => count('workFaults', 1, { work });

/** Notes one value, in the metric's unit. */
export const record = <Key extends HistogramKey>(key: Key, value: number, labels: LabelsOf<Key>): void => {
  made(histograms, key, (name, options) => meter.createHistogram(name, options)).record(Math.max(0, value), labels);
};

type Options = {
  readonly description: string;
  readonly unit: string;
  readonly advice?: { readonly explicitBucketBoundaries: number[] };
};

const made = <T>(known: Map<MetricKey, T>, key: MetricKey, make: (name: string, options: Options) => T): T => {
  const found = known.get(key);
  if (found) return found;
  const instrument = make(METRICS[key].name, optionsOf(METRICS[key]));
  known.set(key, instrument);
  return instrument;
};

const optionsOf = ({ help, unit, buckets }: Metric): Options => ({
  description: help,
  unit,
  ...(buckets ? { advice: { explicitBucketBoundaries: [...buckets] } } : {}),
});

/** Registers what tells a gauge at each scrape; of several each tells its own. The returned function takes it back. */
export const observe = <Key extends GaugeKey>(key: Key, tell: Observe<Key>): (() => void) => addObserver(key, tell);

/** A count that took 100 ms is asked for again after 5 s at the earliest. */
const REST = 50;

/**
 * Asks `read` at most every `millis`, and so seldom that it takes at most a fiftieth of the time (`rest`: how many times
 * as long it rests): scrapes cost the database the same however many there are and however large it is.
 */
export const atMostEvery = <T>(millis: number, read: () => Promise<T>, rest: number = REST): (() => Promise<T>) => {
  let next = 0;
  let last: Promise<T> | null = null;
  return () => {
    const started = performance.now();
    if (last && started < next) return last;
    next = Number.POSITIVE_INFINITY;
    last = read().finally(() => {
      next = performance.now() + Math.max(millis, rest * (performance.now() - started));
    });
    last.catch(() => (last = null));
    return last;
  };
};

/** Below Prometheus's own ten seconds, with room. */
const SCRAPE_DEADLINE_MS = 5_000;

/** Everything as Prometheus reads it: text format 0.0.4. What a fault keeps from being told is left out and named in `errors`. */
export const scrape = async (): Promise<{ readonly text: string; readonly errors: readonly unknown[] }> => {
  observeProcess();
  const { resourceMetrics, errors } = await reader.collect({ timeoutMillis: SCRAPE_DEADLINE_MS });
  return { text: serializer.serialize(withoutEmpty(resourceMetrics)), errors };
};

/** A gauge that nothing was told of has no lines, and must have no head either. */
const withoutEmpty = (all: ResourceMetrics): ResourceMetrics => ({
  ...all,
  scopeMetrics: all.scopeMetrics.map((scope) => ({
    ...scope,
    metrics: scope.metrics.filter(({ dataPoints }) => dataPoints.length > 0),
  })),
});

let isProcessObserved = false;

/** Begins with the first scrape: a process that nobody scrapes measures nothing. */
const observeProcess = (): void => {
  if (isProcessObserved) return;
  isProcessObserved = true;
  const delay = monitorEventLoopDelay({ resolution: 10 });
  delay.enable();
  observe('processMemory', () => [{ value: process.memoryUsage.rss(), labels: {} }]);
  observe('eventLoopDelay', () => {
    const p99 = delay.percentile(99);
    delay.reset();
    return [{ value: Number.isFinite(p99) ? p99 / 1e9 : 0, labels: {} }];
  });
  addObserver('processCpu', () => {
    const { user, system } = process.cpuUsage();
    return [{ value: (user + system) / 1e6, labels: {} }];
  });
};
