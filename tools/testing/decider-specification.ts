import { expect } from 'vitest';

/** A pure decider: what to record for a command, and what the past amounts to. */
export interface Decider<Command, Event, State, Refused> {
  readonly decide: (command: Command, state: State) => readonly Event[] | Refused;
  readonly evolve: (state: State, event: Event) => State;
  readonly initialState: State;
}

interface Outcome<Event, Refused> {
  /** Exactly these events, as they come back from JSON text. */
  readonly then: (...events: readonly Event[]) => void;
  /** These parts of the events, in order, and no further event. */
  readonly thenLike: (...parts: readonly object[]) => void;
  readonly thenNothing: () => void;
  /** A refusal with at least these fields and no event. */
  readonly thenRefused: (refusal: Partial<Refused>) => void;
}

interface Specification<Command, Event, Refused> {
  readonly when: (command: Command) => Outcome<Event, Refused>;
}

/**
 * given(events).when(command).then(events): tells a decider's behaviour in events only, never in states. Every event
 * passes through JSON text, because that is what the log keeps of it.
 */
export const specificationOf =
  <Command, Event, State, Refused = never>(decider: Decider<Command, Event, State, Refused>) =>
  (...past: readonly Event[]): Specification<Command, Event, Refused> => ({
    when: (command) => {
      const state = past.map(throughJson).reduce(decider.evolve, decider.initialState);
      return outcome(decider.decide(command, state));
    },
  });

const throughJson = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

const outcome = <Event, Refused>(decided: readonly Event[] | Refused): Outcome<Event, Refused> => {
  const events = (): readonly Event[] => {
    if (!Array.isArray(decided)) throw new Error(`Refused instead: ${JSON.stringify(decided)}`);
    expect(throughJson(decided), 'events must survive JSON text').toStrictEqual(decided);
    return decided as readonly Event[];
  };
  return {
    then: (...expected) => expect(events()).toStrictEqual(expected),
    thenLike: (...parts) => {
      expect(events()).toHaveLength(parts.length);
      expect(events()).toMatchObject(parts);
    },
    thenNothing: () => expect(events()).toEqual([]),
    thenRefused: (refusal) => {
      expect(Array.isArray(decided), `a refusal, not ${JSON.stringify(decided)}`).toBe(false);
      expect(decided).toMatchObject(refusal);
    },
  };
};
