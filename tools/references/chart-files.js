import { globSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';

/** What the chart carries of deploy/: a chart can only hold files of its own, and a copy must not differ. */
const COPIES = {
  'deploy/topics.yaml': 'topics.yaml',
  'deploy/prometheus/alerts.yaml': 'alerts.yaml',
  ...Object.fromEntries(
    globSync('deploy/grafana/dashboards/*.json').map((path) => [path, `dashboards/${basename(path)}`]),
  ),
};

export const references = () =>
  Object.entries(COPIES).map(([path, copy]) => ({
    path: `deploy/helm/weir/files/${copy}`,
    text: readFileSync(path, 'utf8'),
  }));
