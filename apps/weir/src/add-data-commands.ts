import { InvalidArgumentError, Option, type Command } from 'commander';
import { data, json } from './command-options.js';
import type { FeedKind } from './commands/load-feed.js';
import type { ExitCode, Output } from './commands/output.js';

type Finish = (code: ExitCode) => void;

const DEFAULT_URL = 'http://127.0.0.1:8080';

/** `weir feed`, `weir log`, `weir inventory` and `weir migrate`. */
export const addDataCommands = (program: Command, output: Output, finish: Finish): void => {
  addFeeds(program, output, finish);
  addLog(program, output, finish);
  addInventory(program, output, finish);
  addMigrate(program, output, finish);
};

const addFeeds = (program: Command, output: Output, finish: Finish): void => {
  program
    .command('feed')
    .description('advisories and scores')
    .command('load')
    .description('load feed files into a running system, or into a folder')
    .argument('<kind>', 'osv, epss or kev', feedKind)
    .argument('<file...>', 'files to load, in this order')
    .option('--url <url>', 'the running system', DEFAULT_URL)
    .addOption(new Option('--key <key>', 'API key').env('WEIR_API_KEY'))
    .option('--data <dir>', 'load into this folder instead, with no system running on it')
    .addOption(json())
    .action(
      async (kind: FeedKind, files: string[], options: { url: string; key?: string; data?: string; json: boolean }) => {
        const { loadFeed } = await import('./commands/load-feed.js');
        finish(
          await loadFeed(
            { kind, files, url: options.url, key: options.key, data: options.data, json: options.json },
            output,
          ),
        );
      },
    );
};

const addLog = (program: Command, output: Output, finish: Finish): void => {
  const log = program.command('log').description('the decision log');
  onDatabase(log, finish, 'verify', "walk every shard's chain and evidence", async (options) => {
    const { verifyLogCommand } = await import('./commands/verify-log.js');
    return verifyLogCommand(options, output);
  });
  onDatabase(
    log,
    finish,
    'replay',
    'judge everything again from the log and its evidence alone, and compare',
    async (options) => {
      const { replayLogCommand } = await import('./commands/replay-log.js');
      return replayLogCommand(options, output);
    },
  );
};

const addInventory = (program: Command, output: Output, finish: Finish): void => {
  const inventory = program.command('inventory').description('what enrichment knows of each package');
  onDatabase(
    inventory,
    finish,
    'rebuild',
    'make the inventory again from the ledger of observations, also while Weir runs',
    async (options) => {
      const { rebuildInventoryCommand } = await import('./commands/rebuild-inventory.js');
      return rebuildInventoryCommand({ ...options, clock: () => new Date() }, output);
    },
  );
};

/** A command that works on a database or a data folder, with the system running or not. */
const onDatabase = (parent: Command, finish: Finish, name: string, description: string, run: RunOnDatabase): void => {
  parent
    .command(name)
    .description(description)
    .addOption(data())
    .addOption(
      new Option('--database <url>', 'PostgreSQL that holds it, instead of the data folder').env('DATABASE_URL'),
    )
    .addOption(json())
    .action(async (options: { data: string; database?: string; json: boolean }) => {
      const { reachDatabase } = await import('./compose/reach-database.js');
      const database = await reachDatabase(options.data, options.database);
      try {
        finish(await run({ databaseUrl: database.url, json: options.json }));
      } finally {
        await database.release();
      }
    });
};

type RunOnDatabase = (options: { readonly databaseUrl: string; readonly json: boolean }) => Promise<ExitCode>;

const addMigrate = (program: Command, output: Output, finish: Finish): void => {
  program
    .command('migrate')
    .description('bring the schema of a database up to date, before services are started one by one')
    .addOption(new Option('--database <url>', 'login that owns the database').env('DATABASE_URL').makeOptionMandatory())
    .addOption(json())
    .action(async (options: { database: string; json: boolean }) => {
      const { migrateCommand } = await import('./commands/migrate.js');
      finish(await migrateCommand({ databaseUrl: options.database, json: options.json }, output));
    });
};

const feedKind = (text: string): FeedKind => {
  if (text === 'osv' || text === 'epss' || text === 'kev') return text;
  throw new InvalidArgumentError('Known feeds are osv, epss and kev.');
};
