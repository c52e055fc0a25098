import { hash } from 'node:crypto';
import type { Facts } from '@weir/contracts';
import { buildFacts } from '../build-facts/build-facts.js';
import { canonicalFacts } from '../build-facts/canonical-facts.js';
import type { PackageState } from '../inventory/inventory-entry.js';
import type { KnownVulnerabilities } from '../inventory/known-vulnerabilities.js';
import type { Knowledge } from './read-knowledge.js';

export interface Assessment {
  readonly bytes: Uint8Array;
  readonly digest: string;
  /** The same as long as the feeds say the same of the package, whenever they were loaded. */
  readonly knowledgeDigest: string;
  /** Ids of the vulnerabilities it has. */
  readonly vulnerabilities: readonly string[];
}

/**
 * The facts of a package. A vulnerability that it did not have before was first seen `at`: an instant of the observation
 * or of the feed, not of the clock, so that doing it again gives the same bytes.
 */
export const assessPackage = (entry: PackageState, knowledge: Knowledge, known: KnownVulnerabilities, at: string): Assessment => {
  const { workspace, repository, package: named, metadata, firstSeenAt: observedAt, lastDownloadedAt } = entry;
  const { epss, kev, advisoriesLoaded } = knowledge;
  const firstSeenAt = new Map([...known].map(([id, { firstSeenAt: since }]) => [id, since]));
  const advisories = knowledge.advisoriesOf(named);
  const built = buildFacts({ workspace, repository, package: named, metadata, observedAt, lastDownloadedAt, advisories, epss, kev, advisoriesLoaded, scorecard: null, firstSeenAt });
  const vulnerabilities = built.v1.vulnerabilities.map((one) => (one.firstSeenAt === null ? { ...one, firstSeenAt: at } : one));
  const facts: Facts = { v0: built.v0, v1: { ...built.v1, vulnerabilities } };
  return { ...canonicalFacts(facts), knowledgeDigest: knowledgeDigestOf(facts, knowledge), vulnerabilities: vulnerabilities.map(({ id }) => id) };
};

const knowledgeDigestOf = ({ v0, v1 }: Facts, { digests }: Knowledge): string => {
  const substance = [v0.package.security_scan_status, v0.osv.map(({ id }) => digests.get(id)), v1.vulnerabilities];
  const text = JSON.stringify(substance);
  return v0.osv.length === 0 ? digestOfNothing(text) : digestOf(text);
};

const digestOf = (text: string): string => `sha256:${hash('sha256', text, 'hex')}`;

const nothings = new Map<string, string>();

/** Of what is said of a package without advisories: the same few words for most packages. */
const digestOfNothing = (text: string): string => {
  const digest = nothings.get(text) ?? digestOf(text);
  if (nothings.size < MOST_NOTHINGS) nothings.set(text, digest);
  return digest;
};

const MOST_NOTHINGS = 100;
