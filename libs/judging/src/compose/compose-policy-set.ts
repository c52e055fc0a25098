import { formatsMeant, type ActivePolicy, type PolicySet } from '@weir/contracts';
import { READS_EVERYTHING, type CompiledModule, type PolicyReads } from '@weir/policy';
import type { ActiveRevision } from './active-policies.js';

/** A compiled module and what it holds: each place answers for one policy, whichever policies are in force. */
export interface ModuleParts {
  readonly digest: string;
  /** Digest of a Rego text to the places that hold it; as many policies can share the text as there are places. */
  readonly slots: Readonly<Record<string, readonly Place[]>>;
}

/** A policy's place in a module: what the engine is asked for, and what it looks at. */
export interface Place {
  readonly slot: string;
  readonly reads: PolicyReads;
}

/** A policy's name inside a compiled module. Ids hold no `_`, so two ids never become one name. */
export const slotOf = (policyId: string): string => policyId.replaceAll('-', '_');

/** The set of these policies in a module that exists, or null when a text is not in it or too many share one. */
export const composeFromParts = (
  workspace: string,
  active: readonly ActiveRevision[],
  parts: ModuleParts | null,
): PolicySet | null => {
  if (!parts) return null;
  const places = placesIn(parts.slots, active);
  return places && policySet(workspace, parts.digest, active, places);
};

/** What a module holds that was compiled from exactly these policies, each in `slotOf` its id. */
export const partsOfModule = (
  active: readonly ActiveRevision[],
  module: Pick<CompiledModule, 'digest' | 'reads'>,
): ModuleParts =>
  partsOf(
    module.digest,
    active.map(({ policyId, revision: { regoDigest } }) => ({
      regoDigest,
      // What is not known to be unread counts as read: a policy is asked too often rather than not at all.
      place: { slot: slotOf(policyId), reads: module.reads[slotOf(policyId)] ?? READS_EVERYTHING },
    })),
  );

/** What the module of a set holds as far as the set says; `active` are its policies. Null for the empty set. */
export const partsOfSet = ({ module, policies }: PolicySet, active: readonly ActiveRevision[]): ModuleParts | null => {
  if (!module) return null;
  const texts = new Map(active.map(({ policyId, revision }) => [policyId, revision]));
  return partsOf(
    module.wasmDigest,
    policies.flatMap(({ policyId, revision, slot, reads }) => {
      const of = texts.get(policyId);
      return of?.revision === revision ? [{ regoDigest: of.regoDigest, place: { slot, reads } }] : [];
    }),
  );
};

const partsOf = (
  digest: string,
  held: readonly { readonly regoDigest: string; readonly place: Place }[],
): ModuleParts => ({
  digest,
  slots: Object.fromEntries(
    [...Map.groupBy(held, ({ regoDigest }) => regoDigest)].map(([regoDigest, group]) => [
      regoDigest,
      group.map(({ place }) => place),
    ]),
  ),
});

export const emptyPolicySet = (workspace: string): PolicySet => ({ workspace, module: null, policies: [] });

const placesIn = (slots: ModuleParts['slots'], active: readonly ActiveRevision[]): readonly Place[] | null => {
  const taken = new Map<string, number>();
  const places: Place[] = [];
  for (const { revision } of active) {
    const turn = taken.get(revision.regoDigest) ?? 0;
    const place = Object.hasOwn(slots, revision.regoDigest) ? slots[revision.regoDigest]?.[turn] : undefined;
    if (!place) return null;
    taken.set(revision.regoDigest, turn + 1);
    places.push(place);
  }
  return places;
};

const policySet = (
  workspace: string,
  wasmDigest: string,
  active: readonly ActiveRevision[],
  places: readonly Place[],
): PolicySet => ({
  workspace,
  module: { wasmDigest },
  policies: active.flatMap((policy, index) => {
    const place = places[index];
    return place ? [activePolicy(policy, place)] : [];
  }),
});

const activePolicy = ({ policyId, name, revision }: ActiveRevision, { slot, reads }: Place): ActivePolicy => ({
  policyId,
  slot,
  name,
  revision: revision.revision,
  revisionDigest: revision.revisionDigest,
  parameters: { ...revision.parameters },
  scope: scopeOf(revision.scope),
  precedence: revision.precedence,
  terminal: revision.terminal,
  actions: revision.actions.map((action) =>
    action.type === 'SetPackageState' ? action : { ...action, tags: [...action.tags] },
  ),
  onError: revision.onError,
  reads: { ...reads, inputPaths: [...reads.inputPaths], builtins: [...reads.builtins] },
});

const scopeOf = (scope: ActiveRevision['revision']['scope']): ActivePolicy['scope'] => ({
  ...(scope.repositories && { repositories: [...scope.repositories] }),
  ...(scope.formats && { formats: withTheirFormats(scope.formats) }),
  ...(scope.environments && { environments: environments(scope.environments) }),
  ...(scope.teams && { teams: [...scope.teams] }),
  ...(scope.regions && { regions: [...scope.regions] }),
});

/** A format may be named by its package type too: pypi means python as well (docs/adr/0157). */
const withTheirFormats = (names: readonly string[]): string[] => [...new Set(names.flatMap(formatsMeant))];

type Environment = NonNullable<ActivePolicy['scope']['environments']>[number];

const environments = (names: readonly string[]): Environment[] =>
  names.filter((name): name is Environment => ['production', 'staging', 'development'].includes(name));
