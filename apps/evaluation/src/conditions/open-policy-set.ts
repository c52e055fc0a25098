import type { PolicySet } from '@weir/contracts';
import type { PolicyBook } from '@weir/domain';
import { EvidenceDamaged, type EventStore } from '@weir/event-store';
import {
  activePolicies,
  canonicalDocument,
  emptyPolicySet,
  loadPolicySet,
  readPolicySet,
  slotOf,
  type Missing,
  type NamedPolicySet,
} from '@weir/judging';
import { READS_EVERYTHING, type PolicyEngine } from '@weir/policy';
import type { Logger } from '@weir/postgres';
import type { RestoreModule, TextOfPolicy } from './restore-module.js';

export interface PolicySetPorts {
  readonly store: Pick<EventStore, 'evidence' | 'putEvidence'>;
  readonly engine: Pick<PolicyEngine, 'load'>;
  readonly restore: RestoreModule;
  readonly logger: Logger;
}

/** The set that a workspace is to be judged by, as the log names it. */
export interface WantedSet {
  readonly workspace: string;
  readonly digest: string;
  readonly book: PolicyBook;
}

/**
 * Has the engine know a policy set. Invariant: damaged evidence stops nobody else and never becomes an answer. A module that
 * is missing or damaged is made again from what ships with Weir or from the texts of its revisions, where the bytes come out
 * the same; else every policy of the set fails, by its failure mode, and `missing` says why.
 */
export const openPolicySet = async (ports: PolicySetPorts, wanted: WantedSet): Promise<NamedPolicySet> => {
  const { digest, workspace } = wanted;
  const document = await lookFor(() => readPolicySet((named) => ports.store.evidence(named), digest));
  if (document.missing !== null) return withoutDocument(ports, wanted, document.missing);
  const set = document.found;
  const loaded = await lookFor(() => load(ports, digest, set));
  if (loaded.missing === null) return { digest, set };
  const module = set.module?.wasmDigest ?? '';
  if (await loadRestored(ports, wanted, set)) return { digest, set };
  const message = `${saying('policy module', module, loaded.missing)} It could not be made again: no compiler is here, or it makes other bytes.`;
  return failing(ports, { workspace, digest }, set, { ...loaded.missing, message });
};

/** The empty set has no other content; of another one the log itself says which policies there are. */
const withoutDocument = (ports: PolicySetPorts, wanted: WantedSet, missing: Missing): NamedPolicySet => {
  const { digest, workspace } = wanted;
  const message = saying('policy set', digest, missing);
  const empty = emptyPolicySet(workspace);
  if (canonicalDocument('policy-set', empty).digest === digest) return { digest, set: empty };
  const set = setOfLog(wanted);
  // Invariant: policies that are not known to fail would let everything pass.
  if (set.policies.length === 0) throw new Error(message);
  return failing(ports, wanted, set, { ...missing, message });
};

type Looked<T> = { readonly found: T; readonly missing: null } | { readonly found: null; readonly missing: Missing };

/** What evidence gives, or why it gives nothing; other faults are thrown. */
const lookFor = async <T>(read: () => Promise<T | null>): Promise<Looked<T>> => {
  try {
    const found = await read();
    return found === null
      ? { found: null, missing: { code: 'evidence_missing', message: '' } }
      : { found, missing: null };
  } catch (fault) {
    if (fault instanceof EvidenceDamaged) return { found: null, missing: { code: 'evidence_damaged', message: '' } };
    throw fault;
  }
};

const saying = (what: string, digest: string, { code }: Missing): string =>
  `The ${what} ${digest} is ${code === 'evidence_missing' ? 'missing from' : 'damaged in'} the evidence: run \`weir log verify\` and restore it from a copy.`;

const load = async ({ store, engine }: PolicySetPorts, digest: string, set: PolicySet): Promise<true | null> => {
  if (set.module === null) return true;
  const wasm = await store.evidence(set.module.wasmDigest);
  if (wasm === null) return null;
  await loadPolicySet(async () => wasm, engine, { digest, set });
  return true;
};

const loadRestored = async (
  ports: PolicySetPorts,
  { workspace, digest, book }: WantedSet,
  set: PolicySet,
): Promise<boolean> => {
  if (set.module === null) return false;
  const { wasmDigest } = set.module;
  const bytes = await ports.restore(wasmDigest, () => textsOf(ports, book, workspace, set));
  if (bytes === null) return false;
  await loadPolicySet(async () => ({ bytes }), ports.engine, { digest, set });
  // Where a row with other bytes stands it stays: nothing of the evidence is ever changed by a service.
  await ports.store.putEvidence([{ digest: wasmDigest, kind: 'wasm', bytes }]);
  ports.logger.warn(
    { workspace, policySetDigest: digest, wasmDigest },
    'A policy module was missing or damaged in the evidence and was made again with the same bytes; run weir log verify',
  );
  return true;
};

/** The texts of the set's revisions, by their names in the module; null when one cannot be had. */
const textsOf = async (
  { store }: PolicySetPorts,
  book: PolicyBook,
  workspace: string,
  set: PolicySet,
): Promise<readonly TextOfPolicy[] | null> => {
  const revisions = new Map(activePolicies(book, workspace).map((active) => [active.policyId, active.revision]));
  const texts: TextOfPolicy[] = [];
  for (const { policyId, slot } of set.policies) {
    const digest = revisions.get(policyId)?.regoDigest;
    const text = digest === undefined ? null : await lookFor(() => store.evidence(digest));
    if (text === null || text.missing !== null) return null;
    texts.push({ id: slot, rego: Buffer.from(text.found.bytes).toString('utf8') });
  }
  return texts;
};

/** What is active by the log's own events: enough to fail by. */
const setOfLog = ({ workspace, book }: WantedSet): PolicySet => ({
  workspace,
  module: null,
  policies: activePolicies(book, workspace).map(({ policyId, name, revision }) => ({
    policyId,
    slot: slotOf(policyId),
    name,
    revision: revision.revision,
    revisionDigest: revision.revisionDigest,
    parameters: { ...revision.parameters },
    scope: structuredClone(revision.scope) as PolicySet['policies'][number]['scope'],
    precedence: revision.precedence,
    terminal: revision.terminal,
    actions: structuredClone(revision.actions) as PolicySet['policies'][number]['actions'],
    onError: revision.onError,
    reads: {
      ...READS_EVERYTHING,
      inputPaths: [...READS_EVERYTHING.inputPaths],
      builtins: [...READS_EVERYTHING.builtins],
    },
  })),
});

const failing = (
  { logger }: PolicySetPorts,
  { workspace, digest }: Pick<WantedSet, 'workspace' | 'digest'>,
  set: PolicySet,
  missing: Missing,
): NamedPolicySet => {
  logger.error(
    { workspace, policySetDigest: digest },
    `${missing.message} Until then every policy of the workspace fails.`,
  );
  return { digest, set, missing };
};
