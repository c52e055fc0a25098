import { InvalidArgumentError, Option, type Command } from 'commander';
import { json, url, whoRuns } from './command-options.js';
import type { KeysAt } from './commands/keys-at.js';
import type { ExitCode, Output } from './commands/output.js';

type Finish = (code: ExitCode) => void;

interface Reach {
  readonly url: string;
  readonly key?: string;
  readonly data?: string;
  readonly database?: string;
  readonly json: boolean;
}

interface CreateFlags extends Reach {
  readonly permissions: string;
  readonly workspaces?: string;
  readonly expires?: string;
  readonly ifNone: boolean;
  readonly file?: string;
}

/** `weir keys create`, `list`, `rotate` and `revoke`: of a running system, or on its database. */
export const addKeyCommands = (program: Command, output: Output, finish: Finish): void => {
  const keys = program.command('keys').description('who may ask for what');
  addCreate(keys, output, finish);
  reaching(keys.command('list').description('every key that was ever made, the latest first')).action(
    async (options: Reach) => {
      const { listKeysCommand } = await import('./commands/keys.js');
      finish(await withKeys(options, (at) => listKeysCommand(at, options.json, output)));
    },
  );
  reaching(keys.command('rotate').description('give a key another text; the former one is taken a while longer'))
    .argument('<key>', 'its name or id')
    .option('--overlap <hours>', 'hours for which the former text is taken; 0 ends it at once', hours, 24)
    .action(async (key: string, options: Reach & { overlap: number }) => {
      const { rotateKeyCommand } = await import('./commands/keys.js');
      const wanted = { key, overlapHours: options.overlap, json: options.json };
      finish(await withKeys(options, (at) => rotateKeyCommand(at, wanted, output)));
    });
  reaching(keys.command('revoke').description('end a key for good'))
    .argument('<key>', 'its name or id')
    .action(async (key: string, options: Reach) => {
      const { revokeKeyCommand } = await import('./commands/keys.js');
      finish(await withKeys(options, (at) => revokeKeyCommand(at, { key, json: options.json }, output)));
    });
};

const addCreate = (keys: Command, output: Output, finish: Finish): void => {
  reaching(keys.command('create').description('make a key; it is shown this once'))
    .argument('<name>', 'tells it apart for people, and stands in the log beside what is done with it')
    .requiredOption('--permissions <list>', 'with commas between, such as events:send,read; or all')
    .option('--workspaces <list>', 'the only ones that it sees and changes, with commas between')
    .option('--expires <time>', 'when it ends by itself, such as 2027-12-31T00:00:00Z')
    .option('--if-none', 'make none when there is a key of that name', false)
    .option('--file <path>', 'write it there; a key that stands there already is registered instead of a new one')
    .action(async (name: string, { workspaces, expires, file, ...options }: CreateFlags) => {
      const { createKeyCommand } = await import('./commands/keys.js');
      const wanted = { ...options, name, workspaces, expires, file };
      finish(await withKeys(options, (at) => createKeyCommand(at, wanted, output)));
    });
};

const reaching = (command: Command): Command =>
  command
    .addOption(url())
    .addOption(new Option('--key <key>', 'a key that administers').env('WEIR_API_KEY'))
    .option('--data <dir>', 'work on this data folder instead, with a system running on it or not')
    .option('--database <url>', 'work on this database instead, as the login of the services')
    .addOption(json());

const withKeys = async (
  { url, key, data, database }: Reach,
  use: (keys: KeysAt) => Promise<ExitCode>,
): Promise<ExitCode> => {
  const { keysOfSystem, withKeysOfDatabase } = await import('./commands/keys-at.js');
  if (data === undefined && database === undefined) return use(keysOfSystem({ url, key }));
  const { reachMigrated } = await import('./compose/reach-migrated.js');
  const reached = await reachMigrated(data, database);
  try {
    const by = `${whoRuns()}, on the database`;
    return await withKeysOfDatabase({ databaseUrl: reached.url, by, clock: () => new Date() }, use);
  } finally {
    await reached.release();
  }
};

const hours = (text: string): number => {
  const number = Number(text);
  if (text.trim() === '' || !(number >= 0 && number <= 8760))
    throw new InvalidArgumentError('Hours are a number from 0 to 8760.');
  return number;
};
