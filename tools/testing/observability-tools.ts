import { spawnSync } from 'node:child_process';

const TOOLS = [
  { command: 'java', args: ['-version'], cure: 'apt-get install default-jre-headless' },
  { command: 'mvn', args: ['-v'], cure: 'apt-get install maven' },
  { command: 'prometheus', args: ['--version'], cure: 'apt-get install prometheus' },
];

/**
 * Whether traces and metrics can be tested against a real Zipkin and a real Prometheus here. In CI always: what is
 * missing there must fail. Elsewhere says on stderr what is missing and how to get it on Debian.
 */
export const canTestObservability = (): boolean => {
  if (process.env['CI'] !== undefined) return true;
  const missing = TOOLS.filter(({ command, args }) => spawnSync(command, args, { stdio: 'ignore' }).status !== 0);
  if (missing.length === 0) return true;
  process.stderr.write(
    `The project observability is left out: there is no ${missing.map(({ command, cure }) => `${command} (${cure})`).join(', no ')}.\n`,
  );
  return false;
};
