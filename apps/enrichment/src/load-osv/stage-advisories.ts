import type pg from 'pg';
import { copyRow, copyRows } from '../database/copy-rows.js';
import { RefusedFeed } from '../feeds/refused-feed.js';
import type { LoadTask } from '../feeds/load-task.js';
import { unpackZip } from '../feeds/unpack-zip.js';
import type { CoveredEcosystems } from '../feeds/ecosystem-loads.js';
import type { SkippedRecord } from '../feeds/feed.js';
import { coverage } from './covered-ecosystems.js';
import { keepKnown } from './keep-known.js';
import type { OsvRecord, ReadRecord } from './osv-record.js';
import { readEntry, readOsv, refuseForeignText } from './read-osv.js';
import { believedRecord, type RecordAhead } from './records-ahead.js';
import { readRecord } from './osv-record.js';

const COPY_CHARACTERS = 2 * 1024 * 1024;
const MOST_ECOSYSTEMS = 500;

export interface Staged {
  readonly records: number;
  readonly good: number;
  /** Records that name each ecosystem, foreign ones too. */
  readonly ecosystems: Readonly<Record<string, number>>;
  readonly covered: CoveredEcosystems;
  /** Records of a time that has not come. */
  readonly ahead: readonly RecordAhead[];
}

/** Puts the records of the file into temporary tables, noting what is none. */
export const stageAdvisories = async (task: LoadTask): Promise<Staged> => {
  await task.client.query(TABLES);
  const stage = staging(task.client);
  let [records, good] = [0, 0];
  const ahead: RecordAhead[] = [];
  let firstRefused: { readonly refused: string } | undefined;
  for await (const batch of batchesOf(task)) {
    for (const record of task.replaces ? batch : await keepKnown(task.client, batch)) {
      records += 1;
      if ('refused' in record) {
        firstRefused ??= record;
        task.skipped.add({
          ...record.place,
          ...(record.id !== undefined && { id: record.id }),
          reason: record.refused,
        });
      } else {
        good += 1;
        if (record.leftOut.length > 0) task.incomplete.add(incompleteRecord(record));
        const { believed, isAhead } = believedRecord(record, task.loadedAt);
        const ordinal = stage.add(withoutEndlessNames(believed, task));
        if (isAhead) ahead.push({ ordinal, record });
      }
    }
    if (records > task.limits.records)
      throw new RefusedFeed(
        'too-large',
        `The file holds more than ${task.limits.records} records: split it, or raise the limit in the configuration.`,
      );
    refuseForeignText(records, good, firstRefused, false);
    await stage.flush(COPY_CHARACTERS);
  }
  refuseForeignText(records, good, firstRefused, true);
  await stage.flush(0);
  await task.client.query('ANALYZE staged_advisory; ANALYZE staged_affects');
  return { records, good, ecosystems: stage.ecosystems(), covered: stage.covered(), ahead };
};

const MOST_TOLD = 10;

const incompleteRecord = ({ place, id, leftOut }: OsvRecord): SkippedRecord => ({
  ...place,
  id: id.slice(0, 255),
  reason: leftOut
    .slice(0, MOST_TOLD)
    .map(({ told }) => told)
    .join('; '),
});

/** In bytes: with an id beside it an index of PostgreSQL holds no more. No package of any registry has such a name. */
const LONGEST_NAME = 1024;

const withoutEndlessNames = (record: OsvRecord, { incomplete }: LoadTask): OsvRecord => {
  const affects = record.affects.filter(({ name }) => Buffer.byteLength(name) <= LONGEST_NAME);
  if (affects.length === record.affects.length) return record;
  const reason = `affected names a package in more than ${LONGEST_NAME} bytes: that one is left out`;
  incomplete.add({ ...record.place, id: record.id, reason });
  return { ...record, affects };
};

async function* batchesOf({ chunks, isArchive, limits }: LoadTask): AsyncIterable<readonly ReadRecord[]> {
  if (!isArchive) yield* readOsv(chunks, limits);
  else
    for await (const { name, bytes } of unpackZip(chunks, limits))
      yield bytes === null ? [readRecord({ entry: name }, null)] : readEntry(name, bytes);
}

const TABLES = `
  CREATE TEMPORARY TABLE staged_advisory (
    ordinal integer NOT NULL, id text NOT NULL, modified_at timestamptz NOT NULL, withdrawn_at timestamptz,
    digest text NOT NULL, record text NOT NULL
  ) ON COMMIT DROP;
  CREATE TEMPORARY TABLE staged_affects (ordinal integer NOT NULL, ecosystem text NOT NULL, package_name text NOT NULL) ON COMMIT DROP;`;

const staging = (client: pg.PoolClient) => {
  let [advisories, affects, ordinal] = ['', '', 0];
  const counts = new Map<string, number>();
  const coverages = coverage();
  return {
    add: (record: OsvRecord): number => {
      ordinal += 1;
      coverages.add(record);
      advisories += copyRow(ordinal, record.id, record.modifiedAt, record.withdrawnAt, record.digest, record.text);
      for (const { ecosystem, name } of record.affects) affects += copyRow(ordinal, ecosystem, name);
      for (const name of record.ecosystems)
        if (counts.has(name) || counts.size < MOST_ECOSYSTEMS) counts.set(name, (counts.get(name) ?? 0) + 1);
      return ordinal;
    },
    flush: async (from: number): Promise<void> => {
      if (advisories.length <= from) return;
      await copyRows(client, 'staged_advisory', advisories);
      await copyRows(client, 'staged_affects', affects);
      [advisories, affects] = ['', ''];
    },
    covered: coverages.covered,
    ecosystems: () => Object.fromEntries([...counts].toSorted(([a], [b]) => (a < b ? -1 : 1))),
  };
};
