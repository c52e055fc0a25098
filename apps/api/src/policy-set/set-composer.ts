import type { PolicySet } from '@weir/contracts';
import type { PolicyBook } from '@weir/domain';
import type { NewEvidence } from '@weir/event-store';
import {
  activePolicies,
  canonicalDocument,
  composeFromParts,
  emptyPolicySet,
  partsOfModule,
  partsOfSet,
  readPolicySet,
  slotOf,
  type ActiveRevision,
  type ModuleParts,
} from '@weir/judging';
import { OpaOverran, RegoRefused } from '@weir/policy';
import type { ApiPorts } from '../api-ports.js';
import type { RegoCompiler } from '../compiler/rego-compiler.js';
import { regoRefusal, type PolicyRefusal } from '../refusals/policy-refusal.js';
import { createGate } from './gate.js';
import { regoText } from './rego-text.js';

/** A workspace's new policy set, and the evidence that makes it complete. */
export interface BuiltPolicySet {
  readonly digest: string;
  readonly evidence: readonly NewEvidence[];
}

/** Two states of the policies; the set of the later one is wanted. */
export interface BookChange {
  readonly workspace: string;
  readonly before: PolicyBook;
  readonly after: PolicyBook;
}

/** Why a module of these policies cannot be made. */
export interface NotCompiled {
  readonly refusal: PolicyRefusal;
  /** The policy whose text is refused. */
  readonly culprit: string | null;
}

/** Makes policy sets out of the modules that exist, and new modules where none will do. */
export interface SetComposer {
  /** null: no module that is known holds what is active, so one must be compiled first. Never waits for the compiler. */
  compose(change: BookChange): Promise<BuiltPolicySet | null>;
  /** Compiles one module of all that is active; `texts` are those that are not stored yet, by digest. Null when done. */
  compile(book: PolicyBook, workspace: string, texts: ReadonlyMap<string, string>): Promise<NotCompiled | null>;
}

interface KnownModule extends ModuleParts {
  readonly wasm: Uint8Array;
}

/** Compilers at work at once, of all workspaces: each is a process that takes a core. */
const MOST_COMPILERS = 2;
/** Modules that are kept in memory, of all workspaces; whatever was forgotten is compiled again when it is wanted. */
const MOST_MODULES = 24;

export const setComposer = (
  ports: Pick<ApiPorts, 'eventStore' | 'library'> & { readonly compiler: RegoCompiler },
): SetComposer => {
  const library: readonly KnownModule[] = ports.library ? [ports.library.module] : [];
  const compilers = createGate(MOST_COMPILERS);
  let compiled: readonly KnownModule[] = [];

  /**
   * The module in force serves as long as nothing is added: no text that is asked for is unknown to it. What it says of
   * reads is of the Weir that compiled it, so whatever is added is compiled by this one.
   */
  const inForce = async ({ workspace, before, after }: BookChange): Promise<PolicySet | null> => {
    const wanted = activePolicies(after, workspace);
    const had = activePolicies(before, workspace);
    const isAdded = ({ policyId, revision }: ActiveRevision): boolean =>
      !had.some((one) => one.policyId === policyId && one.revision.revision === revision.revision);
    const digest = before.policySets[workspace];
    if (digest === undefined || wanted.some(isAdded)) return null;
    const set = await readPolicySet((named) => ports.eventStore.evidence(named), digest);
    return set && composeFromParts(workspace, wanted, partsOfSet(set, had));
  };

  const fromKnown = (workspace: string, active: readonly ActiveRevision[]): BuiltPolicySet | null => {
    for (const module of [...library, ...compiled]) {
      const set = composeFromParts(workspace, active, module);
      if (set) return built(set, [{ digest: module.digest, kind: 'wasm', bytes: module.wasm }]);
    }
    return null;
  };

  return {
    compose: async (change) => {
      const active = activePolicies(change.after, change.workspace);
      if (active.length === 0) return built(emptyPolicySet(change.workspace), []);
      const known = fromKnown(change.workspace, active);
      if (known) return known;
      const set = await inForce(change);
      return set && built(set, []);
    },
    compile: async (book, workspace, texts) => {
      const active = activePolicies(book, workspace);
      const sources = await Promise.all(
        active.map(async ({ policyId, revision: { regoDigest } }) => ({
          id: slotOf(policyId),
          rego: texts.get(regoDigest) ?? (await regoText(ports, regoDigest)),
        })),
      );
      try {
        const module = await compilers.pass(() => ports.compiler.compile(sources));
        const known: KnownModule = { ...partsOfModule(active, module), wasm: module.wasm };
        compiled = [known, ...compiled.filter(({ digest }) => digest !== known.digest)].slice(0, MOST_MODULES);
        return null;
      } catch (fault) {
        if (fault instanceof OpaOverran) return { refusal: tooCostly(fault, workspace), culprit: null };
        if (!(fault instanceof RegoRefused)) throw fault;
        return notCompiled(fault, active);
      }
    },
  };
};

const notCompiled = (fault: RegoRefused, active: readonly ActiveRevision[]): NotCompiled => {
  const culprit = active.find(({ policyId }) => slotOf(policyId) === fault.policyId)?.policyId ?? null;
  const what = `Policy "${culprit ?? fault.policyId}" cannot be compiled`;
  return { refusal: regoRefusal(fault.findings, what), culprit };
};

/** Each policy alone was accepted when it was saved. */
const tooCostly = ({ message }: OpaOverran, workspace: string): PolicyRefusal => {
  const what = `The active policies of workspace ${workspace} cannot be compiled together: ${message}. Or deactivate one of them first.`;
  return { refused: 'rego_refused', message: what, errors: [{ pointer: '/rego', detail: message }] };
};

const built = (set: PolicySet, wasm: readonly NewEvidence[]): BuiltPolicySet => {
  const document = canonicalDocument('policy-set', set);
  return { digest: document.digest, evidence: [document, ...wasm] };
};
