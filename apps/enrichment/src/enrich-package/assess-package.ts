import type { Facts } from '@weir/contracts';
import { buildFacts } from '../build-facts/build-facts.js';
import { canonicalFacts } from '../build-facts/canonical-facts.js';
import type { PackageState } from '../inventory/inventory-entry.js';
import type { KnownVulnerabilities } from '../inventory/known-vulnerabilities.js';
import type { Knowledge } from './read-knowledge.js';

export interface Assessment {
  readonly bytes: Uint8Array;
  readonly digest: string;
  /** Ids of the vulnerabilities it has. */
  readonly vulnerabilities: readonly string[];
}

/**
 * The facts of a package. A vulnerability that it did not have before was first seen `at`: an instant of the observation
 * or of the feed, not of the clock, so that doing it again gives the same bytes.
 */
export const assessPackage = (
  entry: PackageState,
  knowledge: Knowledge,
  known: KnownVulnerabilities,
  at: string,
): Assessment => {
  const { workspace, repository, package: named, metadata, firstSeenAt: observedAt, lastDownloadedAt } = entry;
  const { epss, kev } = knowledge;
  const firstSeenAt = new Map([...known].map(([id, { firstSeenAt: since }]) => [id, since]));
  const advisories = knowledge.advisoriesOf(named);
  const built = buildFacts({
    workspace,
    repository,
    package: named,
    metadata,
    observedAt,
    lastDownloadedAt,
    advisories,
    epss,
    kev,
    advisoriesLoaded: knowledge.wereAdvisoriesLoaded(named),
    scorecard: null,
    firstSeenAt,
  });
  const vulnerabilities = built.v1.vulnerabilities.map((one) =>
    one.firstSeenAt === null ? { ...one, firstSeenAt: at } : one,
  );
  const facts: Facts = { v0: built.v0, v1: { ...built.v1, vulnerabilities } };
  return { ...canonicalFacts(facts), vulnerabilities: vulnerabilities.map(({ id }) => id) };
};
