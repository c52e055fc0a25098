// npm run bench -- [quick | SCENARIO]: what Weir can do on this machine, beside what the machine and others can do.
import { loadavg } from 'node:os';
import { endProcess } from '@weir/service/end';
import pg from 'pg';
import { helpText, readArguments, WrongUse, type BenchRequest } from './arguments.ts';
import { measureLimits } from './limits/measure-limits.ts';
import type { Figure } from './measure/figure.ts';
import { describeFigures, describeOutcome } from './report/describe-outcome.ts';
import { describeEnvironment, flawsOfSettings, readEnvironment, type Environment } from './report/environment.ts';
import { describeProfiles } from './report/describe-profiles.ts';
import { recordRun } from './report/record-run.ts';
import { resultDocument } from './report/result-document.ts';
import { allScenarios } from './scenarios/all-scenarios.ts';
import { settingsOf, type ScenarioOutcome } from './scenarios/scenario.ts';
import { createCleanup, temporaryFolder } from './system/cleanup.ts';
import { startPostgres } from './system/postgres.ts';

const cleanup = createCleanup();
let stopping = false;

/** Ends everything that was started, whatever is under way: what fails meanwhile fails because of it. */
const giveUp = (why: string): void => {
  if (stopping) return;
  stopping = true;
  process.stderr.write(`bench: ${why}: ending what was started\n`);
  void cleanup.run().then(() => endProcess(3));
};
process.on('SIGINT', giveUp).on('SIGTERM', giveUp);
process
  .on('unhandledRejection', (fault) => giveUp(describeFault(fault)))
  .on('uncaughtException', (fault) => giveUp(describeFault(fault)));

const describeFault = (fault: unknown): string =>
  fault instanceof Error ? (fault.stack ?? fault.message) : String(fault);

interface Start {
  readonly environment: Environment;
  readonly limits: Readonly<Record<string, Figure>>;
}

/** The machine and its limits, on a PostgreSQL that is gone again when scenarios begin. */
const begin = async ({ scenarios, quick, overrides }: BenchRequest): Promise<Start> => {
  const folder = temporaryFolder(cleanup);
  const postgres = await startPostgres(folder);
  const client = new pg.Client({ connectionString: postgres.ownerUrl });
  try {
    await client.connect();
    const environment = await readEnvironment(
      client,
      scenarios.map(({ name, config }) => [name, settingsOf(config, { quick, overrides })]),
    );
    return {
      environment,
      limits: await measureLimits(
        client,
        folder,
        quick ? { seconds: 1, rounds: 1, rows: 10_000 } : { seconds: 2, rounds: 3, rows: 50_000 },
      ),
    };
  } finally {
    await client.end();
    await postgres.stop();
  }
};

const measure = async (request: BenchRequest, say: (line: string) => void): Promise<boolean> => {
  const { environment, limits } = await begin(request);
  say(describeEnvironment(environment));
  say(['limits', ...describeFigures(limits)].join('\n'));
  const outcomes: Record<string, ScenarioOutcome> = {};
  for (const { name, config, run } of request.scenarios) {
    say(`\n${name}: ${JSON.stringify(settingsOf(config, request))}`);
    const outcome = await run({ ...request, folder: temporaryFolder(cleanup), cleanup, say });
    await cleanup.run();
    outcomes[name] = { ...outcome, flaws: [...flawsOfSettings(environment.postgresSettings), ...outcome.flaws] };
    say(describeOutcome(name, outcome) + describeProfiles(outcome));
  }
  if (request.record)
    say(
      `kept in bench/results/${recordRun({ what: request.quick && request.name !== 'quick' ? `${request.name} quick` : request.name, environment, loadAfter: loadavg(), limits, outcomes })}`,
    );
  const document = resultDocument(request.name, Object.values(outcomes));
  if (request.json) process.stdout.write(`${JSON.stringify(document)}\n`);
  return document.valid;
};

const main = async (): Promise<number> => {
  const request = readArguments(process.argv.slice(2), allScenarios);
  if (request === null) {
    process.stdout.write(`${helpText(allScenarios)}\n`);
    return 0;
  }
  const stream = request.json ? process.stderr : process.stdout;
  return (await measure(request, (line) => void stream.write(`${line}\n`))) ? 0 : 1;
};

try {
  process.exitCode = await main();
} catch (fault) {
  if (!stopping)
    process.stderr.write(
      fault instanceof WrongUse
        ? `bench: ${fault.message} See npm run bench -- --help\n`
        : `bench: ${describeFault(fault)}\n`,
    );
  process.exitCode = fault instanceof WrongUse ? 2 : 3;
} finally {
  await cleanup.run();
}
