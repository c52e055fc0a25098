import { InvalidArgumentError, Option, type Command } from 'commander';
import { by, folderName, json } from './command-options.js';
import type { DeadLetterPlace, ListDeadLettersOptions } from './commands/dead-letters.js';
import type { ExitCode, Output } from './commands/output.js';
import type { ReachedTopics } from './compose/reach-topics.js';

type Finish = (code: ExitCode) => void;

/** `weir topics` and `weir dead-letters`. */
export const addTopicCommands = (program: Command, output: Output, finish: Finish): void => {
  addTopics(program, output, finish);
  addDeadLetters(program, output, finish);
};

const kafka = (): Option =>
  new Option('--kafka <brokers>', 'Kafka brokers as host:port, with commas between')
    .env('KAFKA_BROKERS')
    .argParser((text) => text.split(','));

/** As TOPIC_PREFIX of the services. */
const prefix = (): Option =>
  new Option('--prefix <text>', 'beginning of every topic and group on Kafka, as the services have it')
    .env('TOPIC_PREFIX')
    .default('')
    .argParser((text) => {
      if (/^[A-Za-z0-9._-]{0,100}$/.test(text)) return text;
      throw new InvalidArgumentError('Give letters, digits, dots, dashes and underscores, 100 at most.');
    });

const addTopics = (program: Command, output: Output, finish: Finish): void => {
  const topics = program.command('topics').description('the topics of a system');
  addAdopt(topics, output, finish);
  topics
    .command('apply')
    .description('show how those of a Kafka cluster differ from the declaration and make them so')
    .addOption(kafka().makeOptionMandatory())
    .option('--file <file>', 'the declaration', 'deploy/topics.yaml')
    .option('--partitions <number>', 'instead of what the declaration says', positive)
    .option('--replication <number>', 'copies of each message, instead of what the declaration says', positive)
    .addOption(prefix())
    .option('--dry-run', 'show the differences only', false)
    .addOption(json())
    .action(
      async (options: {
        kafka: string[];
        file: string;
        partitions?: number;
        replication?: number;
        prefix: string;
        dryRun: boolean;
        json: boolean;
      }) => {
        const { applyTopicsCommand } = await import('./commands/apply-topics.js');
        finish(
          await applyTopicsCommand(
            {
              brokers: options.kafka,
              file: options.file,
              partitions: options.partitions,
              replication: options.replication,
              prefix: options.prefix,
              dryRun: options.dryRun,
              json: options.json,
            },
            output,
          ),
        );
      },
    );
};

/** What deploy/topics.yaml keeps of decisions. */
const DECISIONS_OF_DAYS = 30;

const addAdopt = (topics: Command, output: Output, finish: Finish): void => {
  reaching(topics.command('adopt'))
    .description('show whose positions are lost (another cluster, topics made anew, cut), and, told why, read anew')
    .option('--because <text>', 'why, as the log will say; without it nothing is changed')
    .addOption(by())
    .option('--decisions-of-days <number>', 'days of decisions to publish into a new topic', count, DECISIONS_OF_DAYS)
    .action(async (options: Reach & { because?: string; by: string; decisionsOfDays: number }) => {
      const { adoptTopics } = await import('./commands/adopt-topics/adopt-topics.js');
      const { reachDatabase } = await import('./compose/reach-database.js');
      const { because, by: who, decisionsOfDays, json: asJson } = options;
      const database = await reachDatabase(options.data, options.database);
      try {
        const adopting = { databaseUrl: database.url, because, by: who, decisionsOfDays, json: asJson };
        const reach = { ...options, database: database.url };
        finish(
          await withTopics(reach, (reached) => adoptTopics(reached, { ...adopting, clock: () => new Date() }, output)),
        );
      } finally {
        await database.release();
      }
    });
};

interface Reach {
  readonly kafka?: string[];
  readonly data: string;
  readonly database?: string;
  readonly partitions: number;
  readonly prefix: string;
  readonly json: boolean;
}

const reaching = (command: Command): Command =>
  command
    .addOption(kafka())
    .addOption(
      new Option('--data <dir>', 'folder of an embedded system')
        .env('WEIR_DATA')
        .default('.weir')
        .argParser(folderName),
    )
    .addOption(
      new Option('--database <url>', 'PostgreSQL that holds embedded topics, instead of the data folder').env(
        'DATABASE_URL',
      ),
    )
    .addOption(
      new Option('--partitions <number>', 'partitions of every topic').env('PARTITIONS').default(4).argParser(positive),
    )
    .addOption(prefix())
    .addOption(json());

const withTopics = async (
  options: Reach,
  work: (topics: ReachedTopics['topics']) => Promise<ExitCode>,
): Promise<ExitCode> => {
  const { reachTopics } = await import('./compose/reach-topics.js');
  const reached = await reachTopics({
    kafka: options.kafka,
    data: options.data,
    database: options.database,
    partitions: options.partitions,
    prefix: options.prefix,
  });
  try {
    return await work(reached.topics);
  } finally {
    await reached.release();
  }
};

const addDeadLetters = (program: Command, output: Output, finish: Finish): void => {
  const command = program.command('dead-letters').description('messages that could not be handled');
  reaching(command.command('list'))
    .description('what lies there and why')
    .option('--topic <topic>', 'of this topic only')
    .action(async (options: Reach & { topic?: string }) => {
      const { listDeadLetters } = await import('./commands/dead-letters.js');
      finish(await withTopics(options, (topics) => listDeadLetters(topics, ofTopic(options), output)));
    });
  reaching(withPlace(command.command('show')))
    .description('one with its headers and value')
    .action(async (topic: string, partition: number, offset: number, options: Reach) => {
      const { showDeadLetter } = await import('./commands/dead-letters.js');
      finish(
        await withTopics(options, (topics) =>
          showDeadLetter(topics, { topic, partition, offset }, options.json, output),
        ),
      );
    });
  addReplay(command, output, finish);
};

const addReplay = (command: Command, output: Output, finish: Finish): void => {
  reaching(command.command('replay'))
    .description('send one, or all, to the end of the topic it came from')
    .argument('[topic]', 'the topic it came from')
    .argument('[partition]', 'as listed', count)
    .argument('[offset]', 'as listed', count)
    .option('--all', 'everything that is there now, of the topic when one is named', false)
    .action(
      async (
        topic: string | undefined,
        partition: number | undefined,
        offset: number | undefined,
        options: Reach & { all: boolean },
      ) => {
        const { replayAll, replayOne } = await import('./commands/dead-letters.js');
        const place = placeOf(topic, partition, offset, options.all);
        finish(
          await withTopics(options, (topics) =>
            place === null
              ? replayAll(topics, { topic, json: options.json }, output)
              : replayOne(topics, place, options.json, output),
          ),
        );
      },
    );
};

const withPlace = (command: Command): Command =>
  command
    .argument('<topic>', 'the topic it came from')
    .argument('<partition>', 'as listed', count)
    .argument('<offset>', 'as listed', count);

const ofTopic = ({ topic, json: asJson }: Reach & { readonly topic?: string }): ListDeadLettersOptions => ({
  topic,
  json: asJson,
});

const placeOf = (
  topic: string | undefined,
  partition: number | undefined,
  offset: number | undefined,
  all: boolean,
): DeadLetterPlace | null => {
  if (all && partition === undefined) return null;
  if (all || topic === undefined || partition === undefined || offset === undefined)
    throw new InvalidArgumentError('Name one dead letter by topic, partition and offset, or say --all.');
  return { topic, partition, offset };
};

const count = (text: string): number => {
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < 0) throw new InvalidArgumentError('Give a whole number, 0 or more.');
  return number;
};

const positive = (text: string): number => {
  const number = count(text);
  if (number === 0) throw new InvalidArgumentError('Give a whole number, 1 or more.');
  return number;
};
