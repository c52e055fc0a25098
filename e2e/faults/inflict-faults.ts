import { setTimeout as sleep } from 'node:timers/promises';
import type { ServiceProcess } from '../harness/service-process.ts';
import type { DistributedSystem } from './distributed-system.ts';
import type { Step, Target } from './kill-plan.ts';

/** Something that was done to the system, and how it came back. */
export interface Fault {
  readonly what: Target | 'pause';
  /** Which process, in words. */
  readonly which: string;
  readonly at: number;
  /** Milliseconds until it was started again and said that it is ready. */
  readonly readyAfterMs: number;
}

export interface Inflicting {
  readonly system: DistributedSystem;
  readonly steps: readonly Step[];
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

/**
 * Does what the plan says. A service or PostgreSQL is back before the next step; a broker comes back while other things
 * are killed, and only the next broker waits for it: two of three brokers must be there for anything to go on.
 */
export const inflictFaults = async ({ system, steps, say, signal }: Inflicting): Promise<readonly Fault[]> => {
  const faults: Fault[] = [];
  let broker: Promise<void> = Promise.resolve();
  const note = (fault: Fault): void => {
    faults.push(fault);
    say(`${fault.which} was back after ${(fault.readyAfterMs / 1000).toFixed(1)} s`);
  };
  try {
    for (const [index, step] of steps.entries()) {
      await sleep(step.afterMs, undefined, { signal });
      const label = `${index + 1}/${steps.length}`;
      if (step.kind === 'pause') {
        note(
          await pauseEvaluation(system, step, (which) =>
            say(`${label} SIGSTOP ${which} for ${(step.forMs / 1000).toFixed(1)} s`),
          ),
        );
      } else if (step.what === 'broker') {
        await broker;
        const killed = await killBroker(system, step, (which) => say(`${label} kill -9 ${which}`));
        broker = killed.back.then(note);
        broker.catch(() => undefined);
      } else {
        note(await killOther({ system, signal }, step, step.what, (which) => say(`${label} kill -9 ${which}`)));
      }
    }
  } finally {
    // Whoever ends the brokers now must not meet one that is being started.
    await broker;
  }
  return faults;
};

type Kill = Extract<Step, { kind: 'kill' }>;
type Pause = Extract<Step, { kind: 'pause' }>;
type Tell = (which: string) => void;

const killBroker = async ({ kafka }: DistributedSystem, { draw, downMs }: Kill, tell: Tell) => {
  const { broker, of } = await kafka.leader(draw);
  const which = `broker ${broker.id}, leader of ${of}`;
  tell(which);
  const at = Date.now();
  process.kill(broker.pid, 'SIGKILL');
  const comeBack = async (): Promise<Fault> => {
    await sleep(downMs);
    await kafka.restore();
    return { what: 'broker', which, at, readyAfterMs: Date.now() - at };
  };
  return { back: comeBack() };
};

type Where = Pick<Inflicting, 'system' | 'signal'>;

const killOther = (
  { system, signal }: Where,
  step: Kill,
  what: Exclude<Target, 'broker'>,
  tell: Tell,
): Promise<Fault> => {
  if (what === 'postgres') return killPostgres(system, step, tell);
  const service = pick(system.of(what), step.draw);
  tell(service.name);
  return killService(service, what, step.downMs, signal);
};

const killPostgres = async ({ database }: DistributedSystem, { draw, downMs }: Kill, tell: Tell): Promise<Fault> => {
  const at = Date.now();
  const which = `PostgreSQL (${await database.kill(draw)})`;
  tell(which);
  await sleep(downMs);
  await database.restore();
  return { what: 'postgres', which, at, readyAfterMs: Date.now() - at };
};

const killService = async (
  service: ServiceProcess,
  what: Target,
  downMs: number,
  signal: AbortSignal,
): Promise<Fault> => {
  const at = Date.now();
  await service.end('SIGKILL');
  await sleep(downMs, undefined, { signal });
  await service.start(signal);
  return { what, which: service.name, at, readyAfterMs: Date.now() - at };
};

const pauseEvaluation = async (system: DistributedSystem, { draw, forMs }: Pause, tell: Tell): Promise<Fault> => {
  const service = pick(system.of('evaluation'), draw);
  tell(service.name);
  const at = Date.now();
  service.signal('SIGSTOP');
  await sleep(forMs);
  service.signal('SIGCONT');
  return { what: 'pause', which: service.name, at, readyAfterMs: Date.now() - at };
};

const pick = <Item>(items: readonly [Item, ...Item[]], draw: number): Item =>
  items[Math.floor(draw * items.length)] ?? items[0];
