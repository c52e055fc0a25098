// npm run -s faults -- --kills N --seed S --json   (npm run faults -- --help says more)
import { rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { endProcess } from '@weir/service/end';
import { temporaryFolder } from '../harness/weir-process.ts';
import { startDistributedSystem, type DistributedSystem } from './distributed-system.ts';
import { inflictFaults, type Fault } from './inflict-faults.ts';
import { judge } from './judge/judge.ts';
import { isClean, type Verdict } from './judge/verdict.ts';
import { planKills } from './kill-plan.ts';
import { startLoad, type Load } from './load/start-load.ts';
import { startWebhookEndpoints, WEBHOOK_TIMEOUT_MS, type WebhookEndpoints } from './load/webhook-endpoints.ts';
import { readOptions, USAGE, WrongUse, type FaultOptions } from './options.ts';

const WARM_UP_MS = 3_000;
const COOL_DOWN_MS = 2_000;
const TAKEN_WITHIN_MS = 120_000;

const startedAt = Date.now();
const say = (line: string): void =>
  void process.stderr.write(`${((Date.now() - startedAt) / 1000).toFixed(1).padStart(7)} s  ${line}\n`);

interface Run {
  readonly options: FaultOptions;
  readonly folder: string;
  readonly stop: AbortSignal;
  readonly onEnd: (end: () => Promise<void>) => void;
}

/** What is printed beside the verdict. */
interface Circumstances {
  readonly seed: number;
  readonly rate: number;
  readonly durationMs: number;
  /** Times a service ended by itself; it was started again. */
  readonly exits: Readonly<Record<string, number>>;
}

const run = async ({ options, folder, stop, onEnd }: Run): Promise<Verdict & Circumstances> => {
  const endpoints = await startWebhookEndpoints(options.seed);
  onEnd(() => endpoints.close());
  const system = await startDistributedSystem({ folder, settings: { action: toldTo(endpoints) }, say, onEnd });
  stop.throwIfAborted();
  const load = await startLoad({ system, folder, rate: options.rate, seed: options.seed });
  onEnd(async () => load.abort());
  const loadedAt = Date.now();
  const faults = await inflictUnderLoad({ options, stop, system, load });
  const durationMs = Date.now() - loadedAt;
  const verdict = await judge({
    ledger: load.ledger,
    changes: load.changes,
    load: load.counts(),
    endpoints,
    databaseUrl: system.database.ownerUrl,
    brokers: system.kafka.bootstrap,
    faults,
    say,
    stop,
  });
  return { ...verdict, seed: options.seed, rate: options.rate, durationMs, exits: exitsOf(system) };
};

/** Tries again soon, so that what an endpoint did not take is delivered before the run ends. */
const toldTo = ({ configuration }: WebhookEndpoints): NodeJS.ProcessEnv => ({
  WEBHOOKS: configuration,
  WEBHOOK_TIMEOUT_MS: String(WEBHOOK_TIMEOUT_MS),
  WEBHOOK_FIRST_RETRY_MS: '500',
  WEBHOOK_LONGEST_RETRY_MS: '5000',
});

interface UnderLoad extends Pick<Run, 'options' | 'stop'> {
  readonly system: DistributedSystem;
  readonly load: Load;
}

const inflictUnderLoad = async ({ options, stop, system, load }: UnderLoad): Promise<readonly Fault[]> => {
  const progress = setInterval(() => {
    const { accepted, waiting, feeds, policyChanges } = load.counts();
    say(`accepted ${accepted}, waiting for an answer ${waiting}; ${feeds} feeds, ${policyChanges} changes of policies`);
  }, 10_000);
  try {
    await sleep(WARM_UP_MS, undefined, { signal: stop });
    const faults = await inflictFaults({ system, steps: planKills(options.kills, options.seed), say, signal: stop });
    await sleep(COOL_DOWN_MS, undefined, { signal: stop });
    await load.finish(TAKEN_WITHIN_MS);
    return faults;
  } finally {
    clearInterval(progress);
  }
};

const exitsOf = ({ services }: DistributedSystem): Circumstances['exits'] =>
  Object.fromEntries(
    services.filter((service) => service.exits() > 0).map((service) => [service.name, service.exits()]),
  );

const runToTheEnd = async (options: FaultOptions): Promise<number> => {
  const folder = temporaryFolder();
  const stop = new AbortController();
  const ends: (() => Promise<void>)[] = [];
  const interrupt = (): void => stop.abort(new Error('interrupted'));
  process.on('SIGINT', interrupt).on('SIGTERM', interrupt);
  const interrupted = new Promise<never>((_, reject) =>
    stop.signal.addEventListener('abort', () => reject(stop.signal.reason as Error)),
  );
  interrupted.catch(() => undefined);
  let code = 3;
  const running = run({ options, folder, stop: stop.signal, onEnd: (end) => ends.push(end) });
  try {
    const result = await Promise.race([running, interrupted]);
    process.stdout.write(`${options.json ? JSON.stringify(result) : JSON.stringify(result, null, 2)}\n`);
    code = isClean(result) ? 0 : 1;
  } catch (fault) {
    say(fault instanceof Error ? (fault.stack ?? fault.message) : String(fault));
  }
  say('ending what was started');
  if (stop.signal.aborted) await running.catch(() => undefined);
  for (const end of ends.reverse()) await end().catch((fault: unknown) => say(String(fault)));
  if (options.keep || (code !== 0 && !stop.signal.aborted)) say(`logs, ledgers and data are in ${folder}`);
  else rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
  return code;
};

try {
  const options = readOptions(process.argv.slice(2));
  if (options === 'help') process.stdout.write(`${USAGE}\n`);
  else process.exitCode = await runToTheEnd(options);
} catch (fault) {
  if (!(fault instanceof WrongUse)) throw fault;
  process.stderr.write(`${fault.message}\n\n${USAGE}\n`);
  process.exitCode = 2;
}
await endProcess(Number(process.exitCode ?? 0));
