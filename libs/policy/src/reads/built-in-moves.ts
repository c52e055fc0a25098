import { contentMoves, movesWithin, NOTHING, type Value } from './abstract-value.js';
import { anyWay, CLOCK_FACE, goes, NEVER, QUARTER_HOURS, reversed, RISES, somehow, type Moves } from './moves.js';
import { sizeMoves } from './value-members.js';

/** The literal of a value that is the very instant, which no number is spelled like. */
export const NOW = 'now';

/** What tells of what kind a value is, which time does not change. */
const OF_THE_KIND = /^(is_\w+|type_name)$/;

/** How what a built-in gives depends on time. Of a built-in that is not known here: somehow, when an operand does. */
export const builtInMoves = (name: string, operands: readonly Value[]): Moves => {
  const [one = NOTHING, other = NOTHING] = operands;
  const [left, right] = [goes(one.moves), goes(other.moves)];
  switch (name) {
    case 'time.now_ns':
      return RISES;
    case 'plus':
      return left | right;
    case 'minus':
      return left | reversed(right);
    case 'gt':
    case 'gte':
      return ofScalars(operands) ?? left | reversed(right);
    case 'lt':
    case 'lte':
      return ofScalars(operands) ?? reversed(left) | right;
    case 'mul':
      return isPositive(one) ? right : isPositive(other) ? left : somehow(left | right);
    case 'div':
      return isPositive(other) ? left : somehow(left | right);
    case 'floor':
    case 'ceil':
    case 'round':
      return left;
    case 'count':
      return sizeMoves(one);
    case 'internal.member_2':
      return somehow(contentMoves(one)) | sizeMoves(other) | somehow(elementMoves(other));
    case 'time.clock':
      return isNow(one) ? CLOCK_FACE : somehow(contents(operands));
    case 'time.date':
    case 'time.weekday':
      return isNow(one) ? QUARTER_HOURS : somehow(contents(operands));
    case 'object.get':
      return somehow(contents(operands.slice(1)));
    default:
      return OF_THE_KIND.test(name) ? NEVER : somehow(contents(operands));
  }
};

/** How the elements of a collection depend on time that are there. */
const elementMoves = ({ moves, built }: Value): Moves =>
  [...built].reduce(
    (way, { members, items, others, base }) =>
      way | contents([...members.values(), ...items.values(), others]) | anyWay(movesWithin(base)),
    goes(moves),
  );

const contents = (operands: readonly Value[]): Moves =>
  operands.reduce((way, operand) => way | contentMoves(operand), NEVER);

/** Collections are compared in an order of their own; undefined where all operands are none. */
const ofScalars = (operands: readonly Value[]): Moves | undefined =>
  operands.some(({ built }) => built.size > 0) ? somehow(contents(operands)) : undefined;

const isPositive = ({ literal }: Value): boolean => literal !== null && Number(literal) > 0;

/** The instant, or it and a zone: `time.clock(now)`, `time.clock([now, zone])`. */
const isNow = (operand: Value): boolean => {
  if (operand.literal === NOW) return true;
  const [array] = operand.built;
  const [instant = NOTHING, ...zone] = array?.items.values() ?? [];
  return operand.built.size === 1 && !operand.isOther && instant.literal === NOW && contents(zone) === NEVER;
};
