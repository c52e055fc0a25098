import { InvalidArgumentError, Option, type Command } from 'commander';
import { by, data, folderName, json, url } from './command-options.js';
import { WrongUse } from './commands/exit-code-of.js';
import type { FeedKind } from '@weir/contracts';
import type { ExitCode, Output } from './commands/output.js';

type Finish = (code: ExitCode) => void;

/** `weir feed`, `weir log`, `weir views`, `weir inventory` and `weir migrate`. */
export const addDataCommands = (program: Command, output: Output, finish: Finish): void => {
  addFeeds(program, output, finish);
  addLog(program, output, finish);
  addViews(program, output, finish);
  addInventory(program, output, finish);
  addMigrate(program, output, finish);
};

const addFeeds = (program: Command, output: Output, finish: Finish): void => {
  const feed = program.command('feed').description('advisories and scores');
  onSystem(feed.command('load').description('load feed files into a running system, or into a folder'))
    .argument('<kind>', 'osv, epss or kev', feedKind)
    .argument('<file...>', 'files to load, in this order')
    .option('--data <dir>', 'load into this folder instead, with no system running on it', folderName)
    .option('--replace', 'put the files in the place of what is known, although that is newer or they take much away')
    .addOption(by())
    .option('--because <text>', 'why, for --replace')
    .action(async (kind: FeedKind, files: string[], options: LoadOptions) => {
      const { url, key, data: folder, replace = false, because, json: asJson } = options;
      if (replace && because === undefined)
        throw new WrongUse('--replace puts files in the place of what is known: say why with --because "...".');
      const replaces = replace && because !== undefined ? { by: options.by, because } : undefined;
      const { loadFeed } = await import('./commands/load-feed.js');
      finish(await loadFeed({ kind, files, url, key, data: folder, replaces, json: asJson }, output));
    });
  onSystem(feed.command('list').description('how fresh each feed of a running system is')).action(
    async ({ url, key, json: asJson }: SystemOptions) => {
      const { listFeedsCommand } = await import('./commands/list-feeds.js');
      finish(await listFeedsCommand({ url, key, json: asJson }, output));
    },
  );
  onSystem(feed.command('accept').description('let in what the newest file of a feed takes away'))
    .argument('<kind>', 'epss or kev', feedKind)
    .argument('<digest>', 'of the file, as its load told it: sha256:...')
    .addOption(by())
    .requiredOption('--because <text>', 'why')
    .action(async (kind: FeedKind, content: string, { url, key, because, json: asJson, ...options }: AcceptOptions) => {
      const { acceptFeed } = await import('./commands/accept-feed.js');
      finish(await acceptFeed({ kind, content, url, key, by: options.by, because, json: asJson }, output));
    });
};

interface SystemOptions {
  readonly url: string;
  readonly key?: string;
  readonly by: string;
  readonly json: boolean;
}

interface LoadOptions extends SystemOptions {
  readonly data?: string;
  readonly replace?: boolean;
  readonly because?: string;
}

interface AcceptOptions extends SystemOptions {
  readonly because: string;
}

/** A command that asks a running system. */
const onSystem = (command: Command): Command =>
  command.addOption(url()).addOption(new Option('--key <key>', 'API key').env('WEIR_API_KEY')).addOption(json());

const addLog = (program: Command, output: Output, finish: Finish): void => {
  const log = program.command('log').description('the decision log');
  const metrics = new Option('--metrics <file>', "what was found and when, for the node exporter's textfile collector");
  onDatabase(log, finish, 'verify', "walk every shard's chain and evidence", async (options) => {
    const { verifyLogCommand } = await import('./commands/verify-log.js');
    return verifyLogCommand(options, output);
  })
    .addOption(metrics)
    .option('--record', 'keep what was found and when in the database, where the metrics of the api are told from');
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

const addViews = (program: Command, output: Output, finish: Finish): void => {
  const views = program
    .command('views')
    .description('what is derived from the log: lists, verdicts, what is judged and sent next');
  const more = { clock: () => new Date(), env: process.env };
  onDatabase(views, finish, 'verify', 'compare all that is derived with the log', async (options) => {
    const { verifyViewsCommand } = await import('./commands/views.js');
    return verifyViewsCommand({ ...options, ...more }, output);
  });
  onDatabase(views, finish, 'rebuild', 'make all that is derived again, also while Weir runs', async (options) => {
    const { rebuildViewsCommand } = await import('./commands/views.js');
    return rebuildViewsCommand({ ...options, ...more }, output);
  });
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
const onDatabase = (parent: Command, finish: Finish, name: string, description: string, run: RunOnDatabase): Command =>
  parent
    .command(name)
    .description(description)
    .addOption(data())
    .addOption(
      new Option('--database <url>', 'PostgreSQL that holds it, instead of the data folder').env('DATABASE_URL'),
    )
    .addOption(json())
    .action(async (options: DatabaseOptions) => {
      const { refuseFolderToWrite } = await import('./commands/read-file-or-refuse.js');
      if (options.metrics !== undefined) refuseFolderToWrite(options.metrics, '--metrics');
      const { reachDatabase } = await import('./compose/reach-database.js');
      const database = await reachDatabase(options.data, options.database);
      try {
        finish(await run({ ...options, databaseUrl: database.url }));
      } finally {
        await database.release();
      }
    });

interface DatabaseOptions {
  readonly data: string;
  readonly database?: string;
  readonly json: boolean;
  readonly metrics?: string;
  readonly record?: boolean;
}

type RunOnDatabase = (
  options: Pick<DatabaseOptions, 'json' | 'metrics' | 'record'> & { readonly databaseUrl: string },
) => Promise<ExitCode>;

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
