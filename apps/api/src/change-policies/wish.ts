import type { PolicyBook, PolicyEvent } from '@weir/domain';
import type { NewEvidence } from '@weir/event-store';
import type { PolicyRefusal } from '../refusals/policy-refusal.js';

/** What a wish comes to on a book: events whose sets have no name yet, and the texts that they name. */
export interface Decided {
  readonly events: readonly PolicyEvent[];
  readonly evidence: readonly NewEvidence[];
}

/** What one request wants of the policies of one workspace: all of it or nothing. */
export interface Wish {
  /** Pure but for the clock: asked again whenever the book is another. */
  readonly decide: (book: PolicyBook) => Decided | PolicyRefusal;
}

/** A wish that was granted. */
export interface Granted {
  /** The policies after this wish, those that were granted with it before it included. */
  readonly book: PolicyBook;
  readonly events: readonly PolicyEvent[];
  /** How many events of policies the log holds since: whoever has read so many knows of it. */
  readonly policyEvents: number;
}
