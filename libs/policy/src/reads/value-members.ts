import {
  allOf,
  joined,
  moving,
  NOTHING,
  OTHER,
  placeValue,
  SCALAR,
  textValue,
  type Built,
  type Value,
} from './abstract-value.js';
import { CLOCK_FACE, goes, MINUTES, NEVER, QUARTER_HOURS, somehow, thereAs, type Moves } from './moves.js';
import { someElement, someMember, type InputPath } from './input-path.js';
import { memberOf, noteNamed, notePlain, notePresence, noteWhole, type NotedReads } from './noted-reads.js';
import type { Placed } from './plan-ir.js';

/** Everything that the value holds is looked at. */
export const readWhole = (reads: NotedReads, value: Value, seen: Set<Built> = new Set()): void => {
  value.places.forEach((place) => noteWhole(reads, place));
  for (const built of value.built) {
    if (seen.has(built)) continue;
    seen.add(built);
    for (const inner of contentsOf(built)) readWhole(reads, inner, seen);
  }
};

/** As much is looked at as decides whether it equals a text, number, true, false or null, or of what kind it is. */
export const readPlain = (reads: NotedReads, value: Value): void =>
  value.places.forEach((place) => notePlain(reads, place));

/** It is looked at how many members there are and how they are called. */
export const readPresence = (reads: NotedReads, value: Value): void => {
  value.places.forEach((place) => notePresence(reads, place));
  for (const { base } of value.built) readPresence(reads, base);
};

/** It is looked at whether there is something. */
export const readNamed = (reads: NotedReads, value: Value): void =>
  value.places.forEach((place) => noteNamed(reads, place));

const contentsOf = ({ members, items, others, base }: Built): readonly Value[] => [
  ...members.values(),
  ...items.values(),
  others,
  base,
];

/** What a member or element of `value` may be, when `key` tells which. Whether it is there is looked at. */
export const memberBy = (reads: NotedReads, value: Value, key: Value, at: Placed): Value => {
  const found = allOf([
    value.isOther ? OTHER : NOTHING,
    ...[...value.places.values()].map((place) => placesBy(reads, place, key, at)),
    ...[...value.built].map((built) => builtBy(reads, built, key, at)),
  ]);
  readNamed(reads, found);
  return moving(found, memberMoves(value.moves, key));
};

/** How a member depends on time when the whole does so. Of a clock's face the first is the hour. */
const memberMoves = (moves: Moves, key: Value): Moves => {
  const way = goes(moves & ~CLOCK_FACE);
  const ofClock = (moves & CLOCK_FACE) === NEVER ? NEVER : key.literal === '0' ? QUARTER_HOURS : MINUTES;
  return way | thereAs(way) | ofClock;
};

/** How the number of members depends on time. */
export const sizeMoves = (value: Value): Moves =>
  [...value.built].reduce(
    (way, { moves, base }) => way | goes(moves) | sizeMoves(base),
    somehow(goes(value.moves & ~CLOCK_FACE)),
  );

const isOpen = ({ isOther, places, built }: Value): boolean => isOther || places.size > 0 || built.size > 0;

const placesBy = (reads: NotedReads, place: InputPath, key: Value, at: Placed): Value => {
  if (isOpen(key)) return placeValue(someMember(place));
  const members = [...key.texts].map((name) => memberOf(reads, place, name, at));
  return placeValue(...members, ...(key.isScalar ? [someElement(place)] : []));
};

/** Invariant: a member that was replaced hides that of the base. */
const builtBy = (reads: NotedReads, { members, items, others, base, moves }: Built, key: Value, at: Placed): Value => {
  const there = thereAs(goes(moves));
  const under = (names: Value): Value => memberBy(reads, base, names, at);
  if (isOpen(key)) return moving(allOf([...members.values(), ...items.values(), others, under(key)]), there);
  const byText = [...key.texts].map((name) => members.get(name) ?? under(textValue(name)));
  const byNumber = key.isScalar ? [...items.values(), under(SCALAR)] : [];
  return moving(allOf([...byText, ...byNumber, others]), there);
};

/** What an iteration gives: keys and values. How many there are is looked at. */
export const iterated = (reads: NotedReads, value: Value): { readonly keys: Value; readonly values: Value } => {
  value.places.forEach((place) => notePresence(reads, place));
  const built = [...value.built].map((one) => iteratedBuilt(reads, one));
  const open = value.isOther || value.places.size > 0 ? OTHER : NOTHING;
  const way = goes(value.moves) | thereAs(goes(value.moves));
  return {
    keys: moving(allOf([open, ...built.map(({ keys }) => keys)]), way),
    values: moving(
      allOf([
        value.isOther ? OTHER : NOTHING,
        placeValue(...[...value.places.values()].map(someMember)),
        ...built.map(({ values }) => values),
      ]),
      way,
    ),
  };
};

const iteratedBuilt = (
  reads: NotedReads,
  { members, items, others, base, moves }: Built,
): ReturnType<typeof iterated> => {
  const under = iterated(reads, base);
  const names = [...members.keys()].map(textValue);
  const hasOthers = others !== NOTHING;
  const there = thereAs(goes(moves));
  return {
    // In a set the key is the element itself.
    keys: moving(
      allOf([...names, items.size > 0 ? SCALAR : NOTHING, hasOthers ? joined(OTHER, others) : NOTHING, under.keys]),
      there,
    ),
    values: moving(allOf([...members.values(), ...items.values(), others, under.values]), there),
  };
};
