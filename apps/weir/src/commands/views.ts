import { effectView } from '@weir/action';
import { apiConfigurationSchema, readModelView } from '@weir/api';
import { advisoryCache, compareInventory, rebuildInventory } from '@weir/enrichment';
import { judgementView } from '@weir/evaluation';
import { eventCatalog } from '@weir/domain';
import { openEventStore, type EventStore } from '@weir/event-store';
import { compareView, mendView, openComparing, openPool, type Compared, type DerivedView } from '@weir/postgres';
import { createLogger, keptSince, readConfiguration } from '@weir/service';
import { counted } from './counted.js';
import type { ExitCode, Output } from './output.js';
import { printableField } from './printable.js';

export interface ViewsOptions {
  readonly databaseUrl: string;
  readonly json: boolean;
  readonly clock: () => Date;
  /** DECISION_VIEW_DAYS and EFFECT_DAYS, as for api and action. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Every view, made anew for each use. */
const views = (store: Pick<EventStore, 'read'>, { clock, env }: ViewsOptions): readonly DerivedView[] => {
  const { DECISION_VIEW_DAYS, EFFECT_DAYS } = readConfiguration(keptSchema, env);
  const now = clock();
  const effects = keptSince(EFFECT_DAYS, now);
  return [
    readModelView({ store, keptSince: { decisions: keptSince(DECISION_VIEW_DAYS, now), effects } }),
    judgementView({ store }),
    effectView({ store, keptSince: effects }),
  ];
};

const keptSchema = apiConfigurationSchema.pick({ DECISION_VIEW_DAYS: true, EFFECT_DAYS: true });

/** `weir views verify`: compares all that is derived with the log; 0 the same, 1 something differs, 3 it cannot be read. */
export const verifyViewsCommand = (options: ViewsOptions, output: Output): Promise<ExitCode> =>
  withViews(options, async (pool, all, read) => {
    const compared: Compared[] = [];
    for (const view of all) compared.push(...(await compareView(pool, view)));
    compared.push(await compareInventory(read));
    const differing = compared.filter((one) => one.differing > 0);
    if (options.json) output.stdout(JSON.stringify({ valid: differing.length === 0, tables: compared }));
    else for (const line of sentencesOf(compared)) output.stdout(line);
    return differing.length === 0 ? 0 : 1;
  });

/** `weir views rebuild`: makes all that is derived again, each view at one moment; 0 done, 3 it cannot be read or written. */
export const rebuildViewsCommand = (options: ViewsOptions, output: Output): Promise<ExitCode> =>
  withViews(options, async (pool, all, read) => {
    const mended: Compared[] = [];
    for (const view of all) mended.push(...(await mendView(pool, view)));
    const inventory = await rebuildInventory({ pool: read, cache: advisoryCache(CACHED_CHARACTERS) }, options.clock);
    if (options.json) output.stdout(JSON.stringify({ tables: mended, inventory }));
    else for (const line of mendedSentences(mended, inventory.mended)) output.stdout(line);
    return 0;
  });

const CACHED_CHARACTERS = 64 * 1024 * 1024;

const withViews = async (
  options: ViewsOptions,
  work: (
    pool: ReturnType<typeof openComparing>,
    all: readonly DerivedView[],
    read: ReturnType<typeof openPool>,
  ) => Promise<ExitCode>,
): Promise<ExitCode> => {
  const { databaseUrl } = options;
  const logger = createLogger('weir');
  const pool = openComparing(databaseUrl, logger);
  const read = openPool({
    databaseUrl,
    name: 'weir views',
    logger,
    login: 'anybody',
    connections: 2,
    statementMillis: 0,
  });
  try {
    return await work(pool, views(openEventStore(read, eventCatalog), options), read);
  } catch (fault) {
    throw new Error(cure(fault), { cause: fault });
  } finally {
    await Promise.all([pool.end(), read.end()]);
  }
};

const UNDEFINED_TABLE = '42P01';
const UNDEFINED_SCHEMA = '3F000';

const cure = (fault: unknown): string => {
  if (fault instanceof Error && 'code' in fault && (fault.code === UNDEFINED_TABLE || fault.code === UNDEFINED_SCHEMA))
    return 'This database has no views. Check DATABASE_URL or --data, or run `weir migrate` first.';
  return `The views could not be compared with the log: ${fault instanceof Error ? fault.message : String(fault)}`;
};

const sentencesOf = (compared: readonly Compared[]): readonly string[] => {
  const rows = compared.reduce((sum, one) => sum + one.rows, 0);
  const differing = compared.reduce((sum, one) => sum + one.differing, 0);
  if (differing === 0)
    return [`The views are as the log says: ${counted(rows, 'row')} in ${counted(compared.length, 'table')}.`];
  return [
    `The views are not as the log says: ${counted(differing, 'row differs', 'rows differ')}. weir views rebuild makes them again.`,
    ...compared.flatMap(({ table, differing: many, differences }) => [
      ...differences.map(
        ({ key, column, is, should }) => `  ${table} ${printableField(key)}: ${saying(column, is, should)}`,
      ),
      ...(new Set(differences.map(({ key }) => key)).size < many ? [`  ${table}: and more, ${many} in all`] : []),
    ]),
  ];
};

const LONGEST = 200;

const shown = (text: string | null): string => {
  const line = text === null ? 'null' : printableField(text);
  return line.length > LONGEST ? `${line.slice(0, LONGEST)}...` : line;
};

const saying = (column: string | null, is: string | null, should: string | null): string => {
  if (column !== null) return `${column} is ${shown(is)}, should be ${shown(should)}`;
  return is === null ? `is missing, should be ${shown(should)}` : 'is there, and should not be';
};

const mendedSentences = (mended: readonly Compared[], packages: number): readonly string[] => [
  ...mended
    .filter(({ differing }) => differing > 0)
    .map(({ table, differing }) => `${table}: ${counted(differing, 'row')} mended`),
  ...(packages > 0 ? [`intelligence.inventory: ${counted(packages, 'package')} mended`] : []),
  'The views are as the log says.',
];
