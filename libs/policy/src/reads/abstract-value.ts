import type { InputPath } from './input-path.js';
import { anyWay, goes, isThere, NEVER, thereAs, type Moves } from './moves.js';
import type { Shape } from './shape.js';

/**
 * All that a variable of a plan may hold, over all inputs: places of the input, collections that the policy builds, texts
 * that stand in it. Invariant: what it is not followed any further has been counted as read when it became `isOther`.
 */
export interface Value {
  readonly places: ReadonlyMap<string, InputPath>;
  readonly built: ReadonlySet<Built>;
  readonly texts: ReadonlySet<string>;
  /** A number, true, false or null that stands in the policy. */
  readonly isScalar: boolean;
  /** Something else: what a built-in gave, a parameter, a key. */
  readonly isOther: boolean;
  /** How it depends on time. */
  readonly moves: Moves;
  /** The number, or true or false, that it is for sure. */
  readonly literal: string | null;
}

/** A collection made at one place of the plan. It only grows while the plan is gone through. */
export interface Built {
  readonly id: string;
  readonly members: Map<string, Value>;
  /** Elements of an array, by the statement that appends. A literal array has as many as its capacity, in this order. */
  readonly items: Map<object, Value>;
  readonly capacity: number;
  /** Elements of a set, and members under names that are found at run time. */
  others: Value;
  /** How the number of its members depends on time. */
  moves: Moves;
  /** What it was before members were replaced. */
  base: Value;
}

const none: ReadonlyMap<string, InputPath> = new Map();

export const NOTHING: Value = {
  places: none,
  built: new Set(),
  texts: new Set(),
  isScalar: false,
  isOther: false,
  moves: NEVER,
  literal: null,
};
export const OTHER: Value = { ...NOTHING, isOther: true };
export const SCALAR: Value = { ...NOTHING, isScalar: true };
export const literalValue = (literal: string): Value => ({ ...SCALAR, literal });
export const textValue = (text: string): Value => ({ ...NOTHING, texts: new Set([text]) });
export const builtValue = (built: Built): Value => ({ ...NOTHING, built: new Set([built]) });
export const placeValue = (...places: readonly InputPath[]): Value => ({
  ...NOTHING,
  places: new Map(places.map((place) => [keyOfPlace(place), place])),
});

export const newBuilt = (id: string, capacity = 0): Built => ({
  id,
  members: new Map(),
  items: new Map(),
  capacity,
  others: NOTHING,
  moves: NEVER,
  base: NOTHING,
});

/** A list and its elements have one name and differ in their shape. */
const keyOfPlace = ({ names, shape }: InputPath): string => `${JSON.stringify(names)} ${numberOf(shape)}`;

const numbers = new WeakMap<Shape, number>();
let shapes = 0;
const numberOf = (shape: Shape): number => {
  const known = numbers.get(shape) ?? (shapes += 1);
  numbers.set(shape, known);
  return known;
};

export const isNothing = ({ places, built, texts, isScalar, isOther }: Value): boolean =>
  places.size === 0 && built.size === 0 && texts.size === 0 && !isScalar && !isOther;

/** Whether it is text, number, true, false or null for sure. */
export const isPlain = ({ places, built, isOther }: Value): boolean =>
  places.size === 0 && built.size === 0 && !isOther;

/** Whether `value` may be all that `other` may be. */
export const covers = (value: Value, other: Value): boolean =>
  value === other ||
  ((value.isOther || !other.isOther) &&
    (value.isScalar || !other.isScalar) &&
    (value.moves & other.moves) === other.moves &&
    (value.literal === null || value.literal === other.literal || isNothing(other)) &&
    [...other.places.keys()].every((key) => value.places.has(key)) &&
    [...other.built].every((built) => value.built.has(built)) &&
    [...other.texts].every((text) => value.texts.has(text)));

export const joined = (one: Value, other: Value): Value => {
  if (covers(one, other)) return one;
  if (covers(other, one)) return other;
  return {
    places: new Map([...one.places, ...other.places]),
    built: new Set([...one.built, ...other.built]),
    texts: new Set([...one.texts, ...other.texts]),
    isScalar: one.isScalar || other.isScalar,
    isOther: one.isOther || other.isOther,
    moves: one.moves | other.moves,
    literal: one.literal === other.literal ? one.literal : null,
  };
};

export const allOf = (values: Iterable<Value>): Value => [...values].reduce(joined, NOTHING);

/** Equal for equal values. */
export const keyOfValue = ({ places, built, texts, isScalar, isOther, moves, literal }: Value): string =>
  JSON.stringify([
    [...places.keys()].sort(),
    [...built].map(({ id }) => id).sort(),
    [...texts].sort(),
    isScalar,
    isOther,
    moves,
    literal,
  ]);

/** The same value, depending on time in these ways too. */
export const moving = (value: Value, moves: Moves): Value =>
  (value.moves & moves) === moves || isNothing(value) ? value : { ...value, moves: value.moves | moves };

/** The same value, that is there whatever the time. */
export const thereForSure = (value: Value): Value => ({
  ...value,
  moves: value.moves & ~thereAs(isThere(value.moves)),
});

/** How a value that is there depends on time, with all that is in it. */
export const contentMoves = (value: Value): Moves =>
  value.built.size === 0 ? goes(value.moves) : anyWay(movesWithin(value));

/** How all that is in a value depends on time. */
export const movesWithin = (value: Value, seen: Set<Built> = new Set()): Moves => {
  let moves = value.moves;
  for (const built of value.built) {
    if (seen.has(built)) continue;
    seen.add(built);
    moves |= built.moves;
    for (const inner of [...built.members.values(), ...built.items.values(), built.others, built.base])
      moves |= movesWithin(inner, seen);
  }
  return moves;
};
