import { pathToFileURL } from 'node:url';
import { join } from 'node:path';
import type * as Domain from '@weir/domain';
import type * as EventStoreLibrary from '@weir/event-store';
import type pg from 'pg';
import { openTestPool } from '../../../tools/testing/test-pool.ts';
import { repositoryRoot } from '../../harness/weir-process.ts';

/**
 * What a Weir of a later version would have written: an event that this one does not know, in the shard of the
 * policies.
 */
export const appendNewerEvent = async (databaseUrl: string, type: string, version: number): Promise<void> => {
  const built = pathToFileURL(join(repositoryRoot, 'libs', 'event-store', 'dist', 'index.js')).href;
  const { openEventStore } = (await import(built)) as typeof EventStoreLibrary;
  const { eventCatalog } = (await import(
    pathToFileURL(join(repositoryRoot, 'libs', 'domain', 'dist', 'index.js')).href
  )) as typeof Domain;
  const kind = { newest: version, upcasters: Array.from({ length: version - 1 }, () => (data: unknown) => data) };
  const pool = openTestPool(databaseUrl, 2);
  try {
    const writer = await openEventStore(pool, { ...eventCatalog, [type]: kind }).openShard('policy/0');
    const event = {
      type,
      version,
      subject: 'stories',
      data: { workspace: 'stories', policyId: 'stories' },
      occurredAt: '2031-03-01T00:00:00.000Z',
    };
    await writer.append({ events: [event] });
  } finally {
    await pool.end();
  }
};

const HIDDEN = 'log.evidence_of_stories';

/** Takes the facts of a package's latest decision out of the evidence, as a table that cannot be read would. */
export const hideFacts = async (database: pg.Client, packageKey: string): Promise<void> => {
  await database.query(`CREATE TABLE IF NOT EXISTS ${HIDDEN} (LIKE log.evidence)`);
  await database.query(
    `WITH hidden AS (
       DELETE FROM log.evidence WHERE digest = (
         SELECT data::jsonb ->> 'factsDigest' FROM log.event
          WHERE type = 'DecisionRecorded' AND subject = $1 ORDER BY position DESC LIMIT 1) RETURNING *)
     INSERT INTO ${HIDDEN} SELECT * FROM hidden`,
    [packageKey],
  );
};

/** Puts back what was hidden. */
export const unhideFacts = async (database: pg.Client): Promise<void> => {
  await database.query(`INSERT INTO log.evidence SELECT * FROM ${HIDDEN} ON CONFLICT DO NOTHING`);
  await database.query(`DROP TABLE ${HIDDEN}`);
};
