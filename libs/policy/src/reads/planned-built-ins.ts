import { joined, moving, NOTHING, OTHER, type Value } from './abstract-value.js';
import { NOW } from './built-in-moves.js';
import { isThere, somehow } from './moves.js';
import type { NotedReads } from './noted-reads.js';
import type { Placed } from './plan-ir.js';
import { memberBy, readPlain, readPresence, readWhole } from './value-members.js';

/** What tells of what kind a value is. */
const OF_THE_KIND = new Set([
  'is_array',
  'is_boolean',
  'is_null',
  'is_number',
  'is_object',
  'is_set',
  'is_string',
  'type_name',
]);

/** What tells how many members there are, or how they are called. */
const OF_THE_MEMBERS = new Set(['count', 'object.keys']);

/** A call of a built-in: it looks at all of its operands, but for a few that are known to look at less. What it gives. */
export const callBuiltIn = (reads: NotedReads, name: string, operands: readonly Value[], at: Placed): Value => {
  reads.builtins.add(name);
  const [first = NOTHING, second = NOTHING] = operands;
  if (OF_THE_KIND.has(name)) readPlain(reads, first);
  else if (OF_THE_MEMBERS.has(name)) readPresence(reads, first);
  else if (name === 'object.get') return objectGet(reads, operands, at);
  else operands.forEach((operand) => readWhole(reads, operand));
  if (name === 'time.now_ns') return { ...OTHER, literal: NOW };
  return name === 'mul' ? product(first, second) : OTHER;
};

/** A number that stands in the policy as a product, such as the seconds of a day. */
const product = (one: Value, other: Value): Value => {
  const number = Number(one.literal ?? 'no') * Number(other.literal ?? 'no');
  return Number.isFinite(number) ? { ...OTHER, literal: String(number) } : OTHER;
};

/** `object.get(object, "a", default)`, and `object.get(object, ["a", "b"], default)`. */
const objectGet = (
  reads: NotedReads,
  [object = NOTHING, key = NOTHING, otherwise = NOTHING]: readonly Value[],
  at: Placed,
): Value => {
  const path = pathOf(key);
  if (path === null) {
    for (const operand of [object, key]) readWhole(reads, operand);
    return joined(OTHER, otherwise);
  }
  path.forEach((part) => readWhole(reads, part));
  const found = path.reduce((value, part) => memberBy(reads, value, part, at), object);
  // Which of the two it is depends on time as it does that the one is found.
  return joined(moving(found, somehow(isThere(found.moves))), otherwise);
};

/** The names along the way that a key tells; null when they are not known. */
const pathOf = (key: Value): readonly Value[] | null => {
  const isPlain = key.places.size === 0 && key.built.size === 0 && !key.isOther;
  if (isPlain) return [key];
  const [array] = key.built;
  if (array === undefined || key.built.size > 1 || key.texts.size > 0 || key.isScalar || key.places.size > 0)
    return null;
  const isLiteral = array.capacity > 0 && array.items.size === array.capacity && array.members.size === 0;
  return isLiteral && !key.isOther && array.others === NOTHING ? [...array.items.values()] : null;
};
