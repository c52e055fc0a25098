import { join } from 'node:path';
import type { DistributedSystem } from '../distributed-system.ts';
import { startEventClient, type EventCounts } from './event-client.ts';
import { startFeedClient } from './feed-client.ts';
import { activatePolicies, startPolicyClient } from './policy-client.ts';

/** All that is asked of the system while its parts are killed. */
export interface Load {
  /** Files that tell what was accepted and what was made. */
  readonly ledger: string;
  readonly changes: string;
  readonly counts: () => LoadCounts;
  finish(withinMs: number): Promise<void>;
  abort(): void;
}

export interface LoadCounts extends EventCounts {
  /** Files of feeds that were loaded. */
  readonly feeds: number;
  /** Revisions, activations and deactivations that were made. */
  readonly policyChanges: number;
}

export interface LoadOptions {
  readonly system: DistributedSystem;
  readonly folder: string;
  readonly rate: number;
  readonly seed: number;
}

export const startLoad = async ({ system, folder, rate, seed }: LoadOptions): Promise<Load> => {
  const [ledger, changes] = [join(folder, 'ledger.jsonl'), join(folder, 'changes.jsonl')];
  const policyOptions = { url: system.of('api')[0].url, seed, ledger: changes };
  const policies = startPolicyClient(policyOptions, await activatePolicies(policyOptions));
  const feeds = startFeedClient({ urls: system.of('enrichment').map(({ url }) => url), seed, ledger: changes });
  const events = startEventClient({ url: system.of('ingest')[0].url, rate, seed, ledger });
  const clients = [events, feeds, policies];
  return {
    ledger,
    changes,
    counts: () => ({ ...events.counts(), feeds: feeds.made(), policyChanges: policies.made() }),
    finish: async (withinMs) => {
      await Promise.all(clients.map((client) => client.finish(withinMs)));
    },
    abort: () => {
      for (const client of clients) client.abort();
    },
  };
};
