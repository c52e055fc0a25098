import {
  covers,
  joined,
  literalValue,
  moving,
  newBuilt,
  NOTHING,
  textValue,
  type Built,
  type Value,
} from './abstract-value.js';
import { isThere, NEVER, reversed, thereAs, type Moves } from './moves.js';
import type { NotedReads } from './noted-reads.js';
import type { Block, Local, Operand, Plan, PlannedFunction } from './plan-ir.js';

/** The plan has a statement that is not known here, or is too large to be gone through. */
export class UnreadablePlan extends Error {
  override readonly name = 'UnreadablePlan';
}

/** A function with what it is called with. It is gone through once in a round. */
export interface Context {
  readonly id: string;
  readonly blocks: readonly Block[];
  readonly parameters: ReadonlyMap<Local, Value>;
  readonly made: Map<string, Built>;
  readonly numbers: Map<object, number>;
  /** What variables held at the end of a loop's body: what they may hold when it begins again. */
  readonly carried: Map<object, Map<Local, Value>>;
  result: Value;
  round: number;
}

/** A plan while it is gone through. */
export interface Walk {
  readonly strings: readonly string[];
  readonly functions: ReadonlyMap<string, PlannedFunction>;
  readonly reads: NotedReads;
  readonly contexts: Map<string, Context>;
  round: number;
  /** How often a variable, collection or result was found to hold more than was known. */
  growth: number;
  steps: number;
  /** Whether time may make the policy contradict itself. */
  mayFail: boolean;
  /** What each entrypoint's `match` may be. */
  match: Value;
}

/** A context while it is gone through. */
export interface Frame {
  readonly walk: Walk;
  readonly context: Context;
  readonly held: Map<Local, Value>;
  /** All that variables were given in the blocks that are open, innermost last. */
  readonly given: Map<Local, Value>[];
  /** Which way it goes with time that the open blocks are gone on with, innermost last. */
  readonly reached: Moves[];
  /** The variables because of which it is too, as they hold nothing. */
  readonly otherwise: ReadonlyMap<Local, Missed>[];
  /** Of it all what each block asks for itself. */
  readonly own: Moves[];
}

/** What a variable may hold elsewhere that was found to hold nothing here, and which way it goes with time that it does not. */
interface Missed {
  readonly value: Value;
  readonly way: Moves;
}

export const newWalk = (plan: Plan, reads: NotedReads): Walk => ({
  strings: (plan.static.strings ?? []).map(({ value }) => value),
  functions: new Map((plan.funcs.funcs ?? []).map((one) => [one.name, one])),
  reads,
  contexts: new Map(),
  round: 0,
  growth: 0,
  steps: 0,
  mayFail: false,
  match: NOTHING,
});

export const newContext = (id: string, blocks: readonly Block[], parameters: ReadonlyMap<Local, Value>): Context => ({
  id,
  blocks,
  parameters,
  made: new Map(),
  numbers: new Map(),
  carried: new Map(),
  result: NOTHING,
  round: -1,
});

export const heldBy = ({ held }: Frame, local: Local): Value => held.get(local) ?? NOTHING;

export const valueOf = (frame: Frame, operand: Operand): Value => {
  switch (operand.type) {
    case 'local':
      return heldBy(frame, operand.value);
    case 'string_index':
      return textValue(frame.walk.strings[operand.value] ?? '');
    case 'bool':
      return literalValue(String(operand.value));
    default:
      return unknownPart('operand', operand);
  }
};

/** Invariant: what is not known is never passed over. */
export const unknownPart = (what: string, part: never): never => {
  throw new UnreadablePlan(`the plan has a ${what} of a kind that is not known: ${(part as { type: string }).type}`);
};

/** Which way it goes with time that the present statement is reached. */
export const reachedAs = (frame: Frame): Moves => reachedBesides(frame, null);

/** The same, whether or not one variable holds nothing. */
export const reachedBesides = ({ reached, otherwise }: Frame, local: Local | null): Moves =>
  [...(otherwise.at(-1) ?? [])].reduce(
    (way, [other, missed]) => (other === local ? way : way | missed.way),
    reached.at(-1) ?? NEVER,
  );

/** What a variable held that was found to hold nothing. */
export const missedBy = ({ otherwise }: Frame, local: Local): Value | undefined => otherwise.at(-1)?.get(local)?.value;

/** The block is gone on with only if a variable holds nothing. */
export const goOnWithout = ({ held, otherwise, own }: Frame, local: Local): void => {
  const value = held.get(local) ?? NOTHING;
  const way = reversed(isThere(value.moves));
  otherwise.push(new Map([...(otherwise.pop() ?? []), [local, { value, way }]]));
  addTo(own, way);
  held.delete(local);
};

/** The block is gone on with only if something holds that depends on time in this way. */
export const goOnIf = ({ reached, own }: Frame, way: Moves): void => {
  addTo(reached, way);
  addTo(own, way);
};

/** Adds to what the innermost block has. */
const addTo = (blocks: Moves[], way: Moves): void => {
  blocks[blocks.length - 1] = (blocks.at(-1) ?? NEVER) | way;
};

/** A variable holds this from now on; whether it does depends on time as it does that this is reached. */
export const give = (frame: Frame, local: Local, value: Value): void =>
  giveAsIs(frame, local, moving(value, thereAs(reachedAs(frame))));

/** The same, where how it depends on time has been told. */
export const giveAsIs = ({ held, given }: Frame, local: Local, value: Value): void => {
  held.set(local, value);
  const open = given.at(-1);
  open?.set(local, joined(open.get(local) ?? NOTHING, value));
};

/** The collection that a statement makes: one for each statement and context, whatever the number of times. */
export const madeBy = ({ context }: Frame, stmt: object, place = 0, capacity = 0): Built => {
  const number = context.numbers.get(stmt) ?? context.numbers.size;
  context.numbers.set(stmt, number);
  const id = `${context.id}#${number}.${place}`;
  const made = context.made.get(id) ?? newBuilt(id, capacity);
  context.made.set(id, made);
  return made;
};

/** A collection holds this besides, under a name that is found at run time; or it was this before. */
export const grow = (walk: Walk, built: Built, part: 'others' | 'base', value: Value): void => {
  if (covers(built[part], value)) return;
  walk.growth += 1;
  built[part] = joined(built[part], value);
};

/** A collection, or what is carried in a loop, holds this besides under a key. */
export const growAt = <Key>(walk: Walk, held: Map<Key, Value>, key: Key, value: Value): void => {
  const known = held.get(key);
  if (known !== undefined && covers(known, value)) return;
  walk.growth += 1;
  held.set(key, joined(known ?? NOTHING, value));
};

/** How many members a collection has depends on time in this way too. */
export const growWith = (walk: Walk, built: Built, way: Moves): void => {
  if ((built.moves & way) === way) return;
  walk.growth += 1;
  built.moves |= way;
};
