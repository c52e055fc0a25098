import { METRICS } from '../../libs/service/dist/index.js';

const UNITS = { '': '', s: 'seconds', By: 'bytes' };

const row = ({ name, kind, unit, help, labels }) =>
  `| \`${name}\` | ${kind} | ${UNITS[unit] ?? unit} | ${labels.map((label) => `\`${label}\``).join(', ')} | ${help.replaceAll('|', '\\|')} |`;

const head = `# Metrics

Every service serves \`GET /metrics\` on its own port, in Prometheus's text format. The all-in-one process tells the metrics of all services.

Counters begin at zero with the process. A gauge that counts rows is asked of the database at most every two seconds, and so seldom that it takes at most a fiftieth of the time. A histogram has \`_bucket\`, \`_sum\` and \`_count\`.

[How to see traces, metrics and logs](../how-to/see-what-happens.md) says how to collect them; the dashboards in \`deploy/grafana/dashboards\` show them.`;

/** Every metric: name, kind, unit, labels, meaning. */
export const references = () => {
  const table = [
    '| name | kind | unit | labels | meaning |',
    '|---|---|---|---|---|',
    ...Object.values(METRICS).map(row),
  ].join('\n');
  return [{ path: 'docs/reference/metrics.md', text: `${head}\n\n${table}\n` }];
};
