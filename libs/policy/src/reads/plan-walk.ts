import { covers, joined, newBuilt, NOTHING, SCALAR, textValue, type Built, type Value } from './abstract-value.js';
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
}

/** A context while it is gone through. */
export interface Frame {
  readonly walk: Walk;
  readonly context: Context;
  readonly held: Map<Local, Value>;
  /** All that variables were given in the blocks that are open, innermost last. */
  readonly given: Map<Local, Value>[];
}

export const newWalk = (plan: Plan, reads: NotedReads): Walk => ({
  strings: (plan.static.strings ?? []).map(({ value }) => value),
  functions: new Map((plan.funcs.funcs ?? []).map((one) => [one.name, one])),
  reads,
  contexts: new Map(),
  round: 0,
  growth: 0,
  steps: 0,
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
      return SCALAR;
    default:
      return unknownPart('operand', operand);
  }
};

/** Invariant: what is not known is never passed over. */
export const unknownPart = (what: string, part: never): never => {
  throw new UnreadablePlan(`the plan has a ${what} of a kind that is not known: ${(part as { type: string }).type}`);
};

/** A variable holds this from now on. */
export const give = ({ held, given }: Frame, local: Local, value: Value): void => {
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
