import type { ActivePolicy, PolicySet } from '@weir/contracts';
import type { CompiledModule, PolicyReads } from '@weir/policy';
import type { ActiveRevision } from './active-policies.js';

/** A module that was compiled from the policies that ship with Weir. */
export interface LibraryModule {
  readonly digest: string;
  /** Digest of a Rego text to the slots that hold it; as many policies can share the text as there are slots. */
  readonly slots: Readonly<Record<string, readonly Place[]>>;
}

/** A policy's place in a module: what the engine is asked for, and what it looks at. */
export interface Place {
  readonly slot: string;
  readonly reads: PolicyReads;
}

/** A policy's name inside a compiled module. Ids hold no `_`, so two ids never become one name. */
export const slotOf = (policyId: string): string => policyId.replaceAll('-', '_');

/** The set of these policies in the library's own module, or null when a text is not in it or too many share one. */
export const composeFromLibrary = (
  workspace: string,
  active: readonly ActiveRevision[],
  library: LibraryModule | null,
): PolicySet | null => {
  if (!library) return null;
  const places = placesInLibrary(active, library.slots);
  return places && policySet(workspace, library.digest, active, places);
};

/** The set of these policies in a module compiled from exactly them, each in `slotOf` its id. */
export const composeFromModule = (
  workspace: string,
  active: readonly ActiveRevision[],
  module: Pick<CompiledModule, 'digest' | 'reads'>,
): PolicySet =>
  policySet(
    workspace,
    module.digest,
    active,
    active.map(({ policyId }) => ({
      slot: slotOf(policyId),
      reads: module.reads[slotOf(policyId)] ?? READS_EVERYTHING,
    })),
  );

export const emptyPolicySet = (workspace: string): PolicySet => ({ workspace, module: null, policies: [] });

/** Invariant: what is not known to be unread counts as read; a policy is asked too often rather than not at all. */
const READS_EVERYTHING: PolicyReads = { inputPaths: ['*'], clock: true, builtins: [] };

const placesInLibrary = (active: readonly ActiveRevision[], slots: LibraryModule['slots']): readonly Place[] | null => {
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
  reads: { inputPaths: [...reads.inputPaths], clock: reads.clock, builtins: [...reads.builtins] },
});

const scopeOf = (scope: ActiveRevision['revision']['scope']): ActivePolicy['scope'] => ({
  ...(scope.repositories && { repositories: [...scope.repositories] }),
  ...(scope.formats && { formats: [...scope.formats] }),
  ...(scope.environments && { environments: environments(scope.environments) }),
  ...(scope.teams && { teams: [...scope.teams] }),
  ...(scope.regions && { regions: [...scope.regions] }),
});

type Environment = NonNullable<ActivePolicy['scope']['environments']>[number];

const environments = (names: readonly string[]): Environment[] =>
  names.filter((name): name is Environment => ['production', 'staging', 'development'].includes(name));
