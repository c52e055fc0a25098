import { nameSets, type PolicyBook } from '@weir/domain';
import type { NewEvidence } from '@weir/event-store';
import type { OpenBook, PolicyLog } from '../policy-log/policy-log.js';
import type { BuiltPolicySet, SetComposer } from '../policy-set/set-composer.js';
import type { PolicyRefusal } from '../refusals/policy-refusal.js';
import { foldWishes, workspacesChanged, type Admitted, type Fold } from './fold-wishes.js';
import type { Granted, Wish } from './wish.js';

/** A wish of a request that waits for its answer. */
export interface Waiting extends Wish {
  readonly traceparent: string | null;
  /** How often the compiler made a module for it. */
  readonly turns: number;
  readonly answer: (outcome: Granted | PolicyRefusal) => void;
  readonly fail: (fault: unknown) => void;
}

/** A wish that needs a module which is not there. */
export interface Uncompiled {
  readonly workspace: string;
  readonly wish: Waiting;
}

interface Ports {
  readonly policies: PolicyLog;
  readonly composer: SetComposer;
}

const MOST_ATTEMPTS = 20;
export const CONTENDED: PolicyRefusal = {
  refused: 'contended',
  message: 'Others are changing the policies at the same moment.',
};

/**
 * Grants wishes at once: they are decided one after the other on the newest book, every workspace gets the one set that
 * all of them lead to, and all is appended together. Decides anew when another process came first. Answers those that
 * cannot be granted before the compiler has made a module; all others have their answer.
 */
export const commitWishes = async (ports: Ports, wishes: readonly Waiting[]): Promise<readonly Uncompiled[]> => {
  for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt += 1) {
    const open = await ports.policies.open();
    const { fold, sets, uncompiled } = await foldWithSets(ports, wishes, open.book);
    const size = await append(open, fold, sets);
    if (size === null) continue;
    for (const { wish, refusal } of fold.refused) wish.answer(refusal);
    for (const { wish, fault } of fold.faulty) wish.fail(fault);
    for (const { wish, after, events } of fold.admitted) wish.answer({ book: after, events, policyEvents: size });
    return uncompiled;
  }
  for (const wish of wishes) wish.answer(CONTENDED);
  return [];
};

interface FoldWithSets {
  readonly fold: Fold<Waiting>;
  readonly sets: ReadonlyMap<string, BuiltPolicySet>;
  readonly uncompiled: readonly Uncompiled[];
}

const foldWithSets = async (
  { composer }: Ports,
  wishes: readonly Waiting[],
  book: PolicyBook,
): Promise<FoldWithSets> => {
  const whole = foldWishes(wishes, book);
  const sets = await composeSets(composer, whole, book);
  if (sets) return { fold: whole, sets, uncompiled: [] };
  return oneByOne(composer, wishes, book);
};

/** null when the set of one of the workspaces needs the compiler. */
const composeSets = async (
  composer: SetComposer,
  fold: Fold<Waiting>,
  before: PolicyBook,
): Promise<ReadonlyMap<string, BuiltPolicySet> | null> => {
  const sets = new Map<string, BuiltPolicySet>();
  for (const workspace of workspacesChanged(fold.admitted)) {
    const set = await composer.compose({ workspace, before, after: fold.book });
    if (!set) return null;
    sets.set(workspace, set);
  }
  return sets;
};

/** Takes in what needs no compiler beside what was taken in before it, so that nothing waits for a compiler that need not. */
const oneByOne = async (composer: SetComposer, wishes: readonly Waiting[], book: PolicyBook): Promise<FoldWithSets> => {
  const uncompiled: Uncompiled[] = [];
  let taken: readonly Waiting[] = [];
  for (const wish of wishes) {
    const fold = foldWishes([...taken, wish], book);
    const workspace = fold.admitted.find((one) => one.wish === wish)?.events[0]?.data.workspace;
    if (workspace === undefined || (await composeSets(composer, fold, book))) taken = [...taken, wish];
    else uncompiled.push({ workspace, wish });
  }
  const fold = foldWishes(taken, book);
  return { fold, sets: (await composeSets(composer, fold, book)) ?? new Map(), uncompiled };
};

/** How many events the log holds after it; null when another writer came first. */
const append = async (
  open: OpenBook,
  { admitted }: Fold<Waiting>,
  sets: ReadonlyMap<string, BuiltPolicySet>,
): Promise<number | null> => {
  const digests = new Map([...sets].map(([workspace, { digest }]) => [workspace, digest]));
  const events = admitted.flatMap(({ wish: { traceparent }, events: decided }) =>
    nameSets(decided, digests).map((event) => ({ event, traceparent })),
  );
  if (events.length === 0) return open.size;
  const appended = await open.append({ events, evidence: evidenceOf(admitted, sets) });
  return appended && appended.size;
};

const evidenceOf = (
  admitted: readonly Admitted<Waiting>[],
  sets: ReadonlyMap<string, BuiltPolicySet>,
): readonly NewEvidence[] => {
  const all = [
    ...admitted.flatMap(({ evidence }) => evidence),
    ...[...sets.values()].flatMap(({ evidence }) => evidence),
  ];
  return [...new Map(all.map((one) => [one.digest, one])).values()];
};
