import { evolvePolicyBook, type PolicyBook } from '@weir/domain';
import { isRefused, type PolicyRefusal } from '../refusals/policy-refusal.js';
import type { Decided, Wish } from './wish.js';

/** A wish that can be granted, with the book after it. */
export interface Admitted<W extends Wish> extends Decided {
  readonly wish: W;
  readonly after: PolicyBook;
}

/** Wishes decided one after the other, each on what those before it left. */
export interface Fold<W extends Wish> {
  readonly admitted: readonly Admitted<W>[];
  readonly refused: readonly { readonly wish: W; readonly refusal: PolicyRefusal }[];
  readonly faulty: readonly { readonly wish: W; readonly fault: unknown }[];
  readonly book: PolicyBook;
}

/** A refusal or a fault of one wish is its own: the others go on as if it had not been asked. */
export const foldWishes = <W extends Wish>(wishes: readonly W[], book: PolicyBook): Fold<W> => {
  const admitted: Admitted<W>[] = [];
  const refused: { wish: W; refusal: PolicyRefusal }[] = [];
  const faulty: { wish: W; fault: unknown }[] = [];
  let folded = book;
  for (const wish of wishes) {
    try {
      const decided = wish.decide(folded);
      if (isRefused(decided)) {
        refused.push({ wish, refusal: decided });
        continue;
      }
      folded = decided.events.reduce(evolvePolicyBook, folded);
      admitted.push({ wish, ...decided, after: folded });
    } catch (fault) {
      faulty.push({ wish, fault });
    }
  }
  return { admitted, refused, faulty, book: folded };
};

/** The workspaces whose policy set these lead to anew. */
export const workspacesChanged = (admitted: readonly Decided[]): ReadonlySet<string> =>
  new Set(
    admitted.flatMap(({ events }) =>
      events.flatMap(({ type, data }) =>
        type === 'PolicyActivated' || type === 'PolicyDeactivated' ? [data.workspace] : [],
      ),
    ),
  );
