import { Command, InvalidArgumentError, Option } from 'commander';
import { addTopicCommands } from './add-topic-commands.js';
import type { FeedKind } from './commands/load-feed.js';
import type { UpOptions } from './commands/up.js';
import type { ExitCode, Output } from './commands/output.js';
import { opaCacheDirectory } from './compose/opa-cache.js';

const DEFAULT_URL = 'http://127.0.0.1:8080';
const DEFAULT_DATA = '.weir';

/**
 * The `weir` command line. A command's code is loaded when it runs: all of it costs more than a second. `finish` gets the exit code
 * of the command that ran.
 */
export const buildProgram = (output: Output, finish: (code: ExitCode) => void): Command => {
  const program = new Command('weir')
    .description('Event-sourced policy evaluation for software packages.')
    .exitOverride()
    .configureOutput({ writeErr: (text) => output.stderr(text), writeOut: (text) => output.stdout(text) })
    .showHelpAfterError('Run weir --help for the commands.');
  addRunning(program, output);
  addFeeds(program, output, finish);
  addLog(program, output, finish);
  addInventory(program, output, finish);
  addMigrate(program, output, finish);
  addPolicies(program, output, finish);
  addEvaluation(program, output, finish);
  addTopicCommands(program, output, finish);
  for (const command of program.commands) withExitOverride(command);
  return program;
};

const json = (): Option => new Option('--json', 'print one JSON document and nothing else on stdout').default(false);
const data = (): Option => new Option('--data <dir>', 'folder for all data').env('WEIR_DATA').default(DEFAULT_DATA);

const addRunning = (program: Command, output: Output): void => {
  program
    .command('up')
    .description('run the whole system until Ctrl-C')
    .option('--port <number>', 'port to listen on', portNumber, 8080)
    .addOption(data())
    .option('--demo', "play the demo's story first and keep its data", false)
    .addOption(new Option('--kafka <brokers>', 'Kafka brokers as host:port, separated by commas, to carry the topics').env('KAFKA_BROKERS'))
    .addOption(new Option('--database <url>', 'PostgreSQL to use instead of the embedded one').env('DATABASE_URL'))
    .addOption(json())
    .action(async (options: Omit<UpOptions, 'kafka' | 'database'> & { kafka?: string; database?: string }) => {
      const { up } = await import('./commands/up.js');
      await up({ ...options, kafka: options.kafka, database: options.database }, output);
    });
  program
    .command('demo')
    .description('play two days of real EPSS scores on a fresh system')
    .addOption(json())
    .action(async (options: { json: boolean }) => {
      const { demo } = await import('./commands/demo.js');
      await demo(options, output);
    });
};

const addFeeds = (program: Command, output: Output, finish: (code: ExitCode) => void): void => {
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
    .action(async (kind: FeedKind, files: string[], options: { url: string; key?: string; data?: string; json: boolean }) => {
      const { loadFeed } = await import('./commands/load-feed.js');
      finish(await loadFeed({ kind, files, url: options.url, key: options.key, data: options.data, json: options.json }, output));
    });
};

const addLog = (program: Command, output: Output, finish: (code: ExitCode) => void): void => {
  program
    .command('log')
    .description('the decision log')
    .command('verify')
    .description("walk every shard's chain and evidence")
    .addOption(data())
    .addOption(new Option('--database <url>', 'PostgreSQL that holds the log, instead of the data folder').env('DATABASE_URL'))
    .addOption(json())
    .action(async (options: { data: string; database?: string; json: boolean }) => {
      const { reachDatabase } = await import('./compose/reach-database.js');
      const { verifyLogCommand } = await import('./commands/verify-log.js');
      const database = await reachDatabase(options.data, options.database);
      try {
        finish(await verifyLogCommand({ databaseUrl: database.url, json: options.json }, output));
      } finally {
        await database.release();
      }
    });
};

const addInventory = (program: Command, output: Output, finish: (code: ExitCode) => void): void => {
  program
    .command('inventory')
    .description('what enrichment knows of each package')
    .command('rebuild')
    .description('make the inventory again from the ledger of observations, also while Weir runs')
    .addOption(data())
    .addOption(new Option('--database <url>', 'PostgreSQL that holds it, instead of the data folder').env('DATABASE_URL'))
    .addOption(json())
    .action(async (options: { data: string; database?: string; json: boolean }) => {
      const { reachDatabase } = await import('./compose/reach-database.js');
      const { rebuildInventoryCommand } = await import('./commands/rebuild-inventory.js');
      const database = await reachDatabase(options.data, options.database);
      try {
        finish(await rebuildInventoryCommand({ databaseUrl: database.url, json: options.json, clock: () => new Date() }, output));
      } finally {
        await database.release();
      }
    });
};

const addMigrate = (program: Command, output: Output, finish: (code: ExitCode) => void): void => {
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

const addPolicies = (program: Command, output: Output, finish: (code: ExitCode) => void): void => {
  const policy = program.command('policy').description('policies as files');
  policy
    .command('check')
    .description("OPA's strict check, refused built-ins, and what the facts do not have")
    .argument('<file>', 'policy to check')
    .addOption(json())
    .action(async (file: string, options: { json: boolean }) => {
      const { checkPolicy } = await import('./commands/check-policy.js');
      finish(await checkPolicy({ file, json: options.json, cacheDirectory: opaCacheDirectory(process.env) }, output));
    });
  policy
    .command('test')
    .description("run OPA's tests, each policy alone")
    .argument('<file...>', 'policy files, or folders that hold them with their tests')
    .addOption(json())
    .action(async (files: string[], options: { json: boolean }) => {
      const { testPolicies } = await import('./commands/test-policies.js');
      finish(await testPolicies({ files, json: options.json, cacheDirectory: opaCacheDirectory(process.env) }, output));
    });
};

const addEvaluation = (program: Command, output: Output, finish: (code: ExitCode) => void): void => {
  program
    .command('eval')
    .description('judge inputs by one policy, with the engine of the service')
    .requiredOption('--policy <file>', 'the policy')
    .option('--input <file>', 'one JSON document')
    .option('--inputs <file>', 'one JSON document per line; an answer per line')
    .option('--parameters <file>', 'JSON that the policy reads as data.parameters')
    .option('--now <time>', 'the time it is for the policy, RFC 3339')
    .addOption(json())
    .action(async (options: { policy: string; input?: string; inputs?: string; parameters?: string; now?: string; json: boolean }) => {
      const { evaluateInputs } = await import('./commands/evaluate-inputs.js');
      finish(await evaluateInputs({ ...options, cacheDirectory: opaCacheDirectory(process.env) }, output));
    });
};

const withExitOverride = (command: Command): void => {
  command.exitOverride();
  for (const child of command.commands) withExitOverride(child);
};

const portNumber = (text: string): number => {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new InvalidArgumentError('A port is a whole number from 0 to 65535.');
  return port;
};

const feedKind = (text: string): FeedKind => {
  if (text === 'osv' || text === 'epss' || text === 'kev') return text;
  throw new InvalidArgumentError('Known feeds are osv, epss and kev.');
};
