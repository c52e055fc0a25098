// What panels are written with: names come from the metrics' own declarations, so that a wrong one fails the build.
import { METRICS } from '../../libs/service/dist/index.js';

/** A metric by its key in METRICS, and which of its series: `only('decisions', 'cause="feed"')`. */
export const only = (key, matcher) => ({ key, matcher });

const metricOf = (metric, kind) => {
  const { key, matcher } = typeof metric === 'string' ? { key: metric } : metric;
  const declared = METRICS[key];
  if (declared?.kind !== kind)
    throw new Error(`There is no ${kind} ${key}: see libs/service/src/metrics/metric-names.ts.`);
  const matchers = [
    ...(declared.labels.includes('workspace') ? ['workspace=~"$workspace"'] : []),
    ...(matcher ? [matcher] : []),
  ];
  return {
    name: declared.name,
    labels: declared.labels,
    selector: matchers.length > 0 ? `{${matchers.join(',')}}` : '',
  };
};

/** `instance` is Prometheus's own. */
const by = (metric, labels) => {
  const unknown = labels.filter((label) => ![...metric.labels, 'instance'].includes(label));
  if (unknown.length > 0) throw new Error(`${metric.name} has no label ${unknown.join(', ')}.`);
  return labels.length > 0 ? ` by (${labels.join(', ')})` : '';
};

const counted =
  (range, call) =>
  (metric, ...labels) => {
    const declared = metricOf(metric, 'counter');
    return `sum${by(declared, labels)} (${call}(${declared.name}${declared.selector}[${range}]))`;
  };

/** A counter's increase a second. */
export const rate = counted('$__rate_interval', 'rate');

/** A counter's increase over the time shown. */
export const increase = counted('$__range', 'increase');

const gauged =
  (aggregation) =>
  (metric, ...labels) => {
    const declared = metricOf(metric, 'gauge');
    return `${aggregation}${by(declared, labels)} (${declared.name}${declared.selector})`;
  };

/** A gauge that every instance tells the same. */
export const gauge = gauged('max');

/** A gauge of which every instance tells a part. */
export const total = gauged('sum');

/** A quantile of a histogram. */
export const quantile = (q, metric, ...labels) => {
  const declared = metricOf(metric, 'histogram');
  by(declared, labels);
  return `histogram_quantile(${q}, sum by (${['le', ...labels].join(', ')}) (rate(${declared.name}_bucket${declared.selector}[$__rate_interval])))`;
};

/** How often a histogram noted something, a second. */
export const rateOf = (metric, ...labels) => {
  const declared = metricOf(metric, 'histogram');
  return `sum${by(declared, labels)} (rate(${declared.name}_count${declared.selector}[$__rate_interval]))`;
};

/** Zero where nothing was ever counted. */
export const orZero = (expression) => `${expression} or vector(0)`;
