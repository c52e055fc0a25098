import { rmSync } from 'node:fs';
import { startWeir, type Weir } from '../../apps/weir/dist/compose/start-weir.js';
import pg from 'pg';
import { pino } from 'pino';
import { databaseUrlOf, temporaryFolder } from '../harness/weir-process.ts';
import type { FeedStep } from './feed-steps.ts';
import type { Publication } from './real-packages.ts';

/** What is judged of a package: what is asked for, and the digest of what the policies said. */
export interface Standing {
  readonly key: string;
  readonly desired: string;
  readonly said: string;
}

/** A fresh Weir whose clock stands still. */
export interface JudgedSystem {
  load(step: FeedStep): Promise<string>;
  publish(publications: readonly Publication[]): Promise<void>;
  settle(): Promise<void>;
  standings(): Promise<readonly Standing[]>;
  close(): Promise<void>;
}

const NOW = new Date('2026-08-10T00:00:00Z');
const BATCH = 500;
const A_LONG_TIME_MS = 30 * 60_000;

export const startJudgedSystem = async (policies: readonly object[]): Promise<JudgedSystem> => {
  const folder = temporaryFolder();
  const weir = await startWeir({
    dataDirectory: folder,
    port: 0,
    clock: () => NOW,
    logger: pino({ level: 'silent' }),
    env: { ...process.env, HOST: '127.0.0.1', FEEDS_INTERVAL_MINUTES: '1000' },
  });
  const send = async (
    path: string,
    body: string | Uint8Array<ArrayBuffer>,
    type = 'application/json',
  ): Promise<Record<string, unknown>> => {
    const response = await fetch(new URL(path, weir.url), { method: 'POST', headers: { 'content-type': type }, body });
    const answer = (await response.json()) as Record<string, unknown>;
    if (!response.ok) throw new Error(`${path}: ${response.status} ${JSON.stringify(answer)}`);
    return answer;
  };
  for (const policy of policies) {
    const { policyId } = await send('/v1/policies', JSON.stringify(policy));
    await send(`/v1/policies/${String(policyId)}/activate`, '{}');
  }
  return {
    load: async ({ kind, body }) => {
      const { changed, added, affectedPackages } = await send(`/v1/feeds/${kind}`, body, 'application/octet-stream');
      return `${String(added)} new, ${String(changed)} changed, ${String(affectedPackages)} packages concerned`;
    },
    publish: async (publications) => {
      for (let from = 0; from < publications.length; from += BATCH)
        await send(
          '/v1/events',
          JSON.stringify(publications.slice(from, from + BATCH)),
          'application/cloudevents-batch+json',
        );
    },
    settle: () => weir.settled(A_LONG_TIME_MS),
    standings: () => readStandings(folder),
    close: () => closeAndRemove(weir, folder),
  };
};

const readStandings = async (folder: string): Promise<readonly Standing[]> => {
  const client = new pg.Client({ connectionString: databaseUrlOf(folder) });
  await client.connect();
  try {
    const { rows } = await client.query<Standing>(
      `SELECT package_key AS key, (details::jsonb -> 'desired')::text AS desired, details::jsonb ->> 'said' AS said FROM evaluation.judgement ORDER BY package_key`,
    );
    return rows;
  } finally {
    await client.end();
  }
};

const closeAndRemove = async (weir: Weir, folder: string): Promise<void> => {
  await weir.close();
  rmSync(folder, { recursive: true, force: true });
};
