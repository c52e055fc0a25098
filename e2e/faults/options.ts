import { parseArgs } from 'node:util';

export interface FaultOptions {
  readonly kills: number;
  readonly seed: number;
  /** Events a second that are due, whatever becomes of those before. */
  readonly rate: number;
  readonly json: boolean;
  /** Leaves logs, ledgers and data where they are. */
  readonly keep: boolean;
}

export const USAGE = `Kills the parts of a distributed Weir at seeded moments under load and counts what was lost, doubled or left out.

  npm run faults -- [--kills N] [--seed S] [--rate R] [--keep] [--json]

  --kills N   kill -9 of ingest, enrichment, evaluation, action, api, brokers and PostgreSQL (20)
  --seed S    the same seed kills the same things in the same order (1)
  --rate R    events a second, in open loop (500): publications, deletions, and repeats of old ones; meanwhile feeds are
              loaded, policies changed, and effects sent to endpoints that fail from time to time
  --keep      keep logs, ledgers and data
  --json      print one JSON document and nothing else on stdout

It starts three Kafka brokers (Java 17, Maven), a PostgreSQL and the services, all on loopback, and ends them again.
Exit codes: 0 nothing was lost, doubled, unpublished, late or left open; 1 something was; 2 wrong use; 3 it could not
be run. docs/how-to/prove-that-nothing-is-lost.md says what each count means.`;

export class WrongUse extends Error {}

export const readOptions = (args: readonly string[]): FaultOptions | 'help' => {
  const { kills, seed, rate, json, keep, help } = valuesOf(args);
  if (help) return 'help';
  return {
    kills: whole('--kills', kills, 0, 100_000),
    seed: whole('--seed', seed, 0, 4_294_967_295),
    rate: whole('--rate', rate, 1, 20_000),
    json,
    keep,
  };
};

const valuesOf = (args: readonly string[]) => {
  try {
    return parseArgs({
      args: [...args],
      options: {
        kills: { type: 'string', default: '20' },
        seed: { type: 'string', default: '1' },
        rate: { type: 'string', default: '500' },
        json: { type: 'boolean', default: false },
        keep: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    }).values;
  } catch (cause) {
    throw new WrongUse(cause instanceof Error ? cause.message : String(cause), { cause });
  }
};

const whole = (name: string, text: string, least: number, most: number): number => {
  const number = Number(text);
  if (text.trim() === '' || !Number.isInteger(number) || number < least || number > most)
    throw new WrongUse(`${name} is ${text}: give a whole number from ${least} to ${most}`);
  return number;
};
