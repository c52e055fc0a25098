import { parseArgs } from 'node:util';

export interface StoryOptions {
  readonly count: number;
  readonly seed: number;
  readonly json: boolean;
  /** Plays the stories that people wrote, and no others. */
  readonly curated: boolean;
  /** Plays the stories of this file, and no others. */
  readonly file: string | null;
  /** How many stories are played side by side. */
  readonly batch: number;
  /** How many violations are told by their shortest story. */
  readonly shrink: number;
  /** No batch is begun after this many minutes. */
  readonly minutes: number;
  readonly without: ReadonlySet<string>;
  /** Kafka brokers that hold the topics; null keeps them in PostgreSQL. */
  readonly brokers: readonly string[] | null;
  /** Whether topics that the brokers hold already may be removed. */
  readonly dropTopics: boolean;
}

export const USAGE = `Usage: npm run -s stories -- [options]

  --count N        stories to make up (100)
  --seed S         the same seed makes up the same stories (another each time; printed)
  --curated        play the stories of e2e/stories/cases, and no others
  --file FILE      play the stories of a YAML or JSON file, and no others
  --batch N        stories played side by side in one Weir (50)
  --shrink N       violations that are told by the shortest story that shows them (3)
  --minutes M      begin no batch after M minutes (no limit)
  --without A,B    leave out kinds of steps (again, clash, borrow, copy, ...), of what befalls all (kill, load, pass,
                   restart, storm) and policies (stale-feed, ...), to find what those would hide
  --kafka HOST:PORT[,HOST:PORT...]
                   keep the topics on these Kafka brokers instead of in PostgreSQL: brokers without a login, for tests,
                   on which the topics of the flow are made and removed again for each Weir
  --drop-topics    with --kafka: topics of the flow that are there already may be removed; else they are refused
  --json           one JSON document on stdout: {"stories","steps","violations"}

Exit code: 0 when every promise was kept, 1 when one was broken, 2 for wrong use, 3 for a fault.`;

/** The command was used wrongly; the message says how. */
export class WrongUse extends Error {
  override readonly name = 'WrongUse';
}

const LARGEST_SEED = 2 ** 31;

export const readOptions = (args: readonly string[]): StoryOptions | 'help' => {
  const { values } = parse(args);
  if (values.help) return 'help';
  return {
    count: whole('count', values.count, 100),
    seed: whole('seed', values.seed, Math.floor(Math.random() * LARGEST_SEED)),
    json: values.json ?? false,
    curated: values.curated ?? false,
    file: values.file ?? null,
    batch: whole('batch', values.batch, 50),
    shrink: whole('shrink', values.shrink, 3),
    minutes: values.minutes === undefined ? Infinity : whole('minutes', values.minutes, 0),
    without: new Set((values.without ?? '').split(',').filter((name) => name !== '')),
    brokers: brokersOf(values.kafka),
    dropTopics: values['drop-topics'] ?? false,
  };
};

const parse = (args: readonly string[]) => {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  const options = {
    count: text,
    seed: text,
    file: text,
    batch: text,
    shrink: text,
    minutes: text,
    without: text,
    kafka: text,
    json: flag,
    curated: flag,
    help: flag,
    'drop-topics': flag,
  };
  try {
    return parseArgs({ args: [...args], options });
  } catch (cause) {
    throw new WrongUse(cause instanceof Error ? cause.message : String(cause), { cause });
  }
};

const brokersOf = (text: string | undefined): readonly string[] | null => {
  if (text === undefined) return null;
  const brokers = text.split(',').map((broker) => broker.trim());
  const wrong = brokers.find((broker) => !/^\S+:\d+$/.test(broker));
  if (wrong === undefined) return brokers;
  throw new WrongUse(`--kafka names "${wrong}": give brokers as HOST:PORT, with commas between`);
};

const whole = (name: string, text: string | undefined, otherwise: number): number => {
  const value = text === undefined ? otherwise : Number(text);
  if (!Number.isSafeInteger(value) || value < 0)
    throw new WrongUse(`--${name} is ${String(text)}: give a whole number`);
  return value;
};
