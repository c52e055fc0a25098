import { actionConnections } from '@weir/action';
import { apiConnections } from '@weir/api';
import { enrichmentConnections } from '@weir/enrichment';
import { evaluationConnections } from '@weir/evaluation';
import { ingestConnections } from '@weir/ingest';

/** Enough for every service at once, in the place of the pool that each has for itself. */
export const SHARED_CONNECTIONS = 24;

type Connections = Readonly<Record<string, number>>;

/** What each process opens at most, by the names of its pools, and all services in one. */
export const connectionsOf = (partitions: number) => {
  const alone = {
    ingest: ingestConnections,
    enrichment: enrichmentConnections(partitions),
    evaluation: evaluationConnections,
    action: actionConnections,
    api: apiConnections,
  } satisfies Readonly<Record<string, Connections>>;
  const apart = Object.entries(alone).flatMap(([service, pools]) =>
    Object.entries(pools).filter(([name]) => name !== `weir ${service}`),
  );
  const weir: Connections = { weir: SHARED_CONNECTIONS, ...Object.fromEntries(apart) };
  return { ...alone, weir };
};

/** Of all pools of a process. */
export const sumOf = (pools: Connections): number => Object.values(pools).reduce((sum, one) => sum + one, 0);
