import {
  builtValue,
  contentMoves,
  isNothing,
  isPlain,
  joined,
  literalValue,
  moving,
  movesWithin,
  SCALAR,
  type Value,
} from './abstract-value.js';
import { anyWay, FALLS, goes, isThere, NEVER, reversed, RISES, somehow, thereAs, type Moves } from './moves.js';
import type { NotedReads } from './noted-reads.js';
import type { Local, Operand, Statement } from './plan-ir.js';
import {
  give,
  giveAsIs,
  goOnIf,
  goOnWithout,
  grow,
  growAt,
  growWith,
  heldBy,
  madeBy,
  missedBy,
  reachedAs,
  reachedBesides,
  unknownPart,
  valueOf,
  type Frame,
} from './plan-walk.js';
import { memberBy, readNamed, readPlain, readPresence, readWhole, sizeMoves } from './value-members.js';

/** Statements that hold others, or lead elsewhere. */
type Leading =
  | 'BlockStmt'
  | 'NotStmt'
  | 'ScanStmt'
  | 'WithStmt'
  | 'CallStmt'
  | 'CallDynamicStmt'
  | 'ReturnLocalStmt'
  | 'ResultSetAddStmt'
  | 'BreakStmt'
  | 'NopStmt';

/** Statements about values alone. */
export type ValueStatement = Exclude<Statement, { readonly type: Leading }>;

type Stmt<Type extends Statement['type']> = Extract<Statement, { readonly type: Type }>['stmt'];

/** What a statement about values looks at, and what its variable holds then. */
export const workOut = (frame: Frame, statement: ValueStatement): void => {
  const value = (operand: Operand): Value => valueOf(frame, operand);
  const { reads } = frame.walk;
  const { type, stmt } = statement;
  switch (type) {
    case 'DotStmt':
      dot(frame, stmt);
      return;
    case 'AssignVarStmt':
      assign(frame, stmt.target, value(stmt.source));
      return;
    case 'AssignVarOnceStmt':
      assignOnce(frame, stmt.target, value(stmt.source));
      return;
    case 'EqualStmt':
      compare(reads, value(stmt.a), value(stmt.b));
      goOnIf(frame, equalAs(value(stmt.a), value(stmt.b)));
      return;
    case 'NotEqualStmt':
      compare(reads, value(stmt.a), value(stmt.b));
      goOnIf(frame, reversed(equalAs(value(stmt.a), value(stmt.b))));
      return;
    case 'IsArrayStmt':
    case 'IsObjectStmt':
    case 'IsSetStmt':
      readPlain(reads, value(stmt.source));
      return;
    case 'IsDefinedStmt':
      readNamed(reads, heldBy(frame, stmt.source));
      goOnIf(frame, isThere(heldBy(frame, stmt.source).moves));
      return;
    case 'IsUndefinedStmt':
      goOnWithout(frame, stmt.source);
      return;
    case 'LenStmt':
      readPresence(reads, value(stmt.source));
      give(frame, stmt.target, moving(SCALAR, sizeMoves(value(stmt.source))));
      return;
    default:
      build(frame, statement);
      return;
  }
};

type BuildStatement = Extract<
  Statement,
  {
    readonly type:
      `Make${string}` | `Object${string}` | 'AssignIntStmt' | 'ResetLocalStmt' | 'ArrayAppendStmt' | 'SetAddStmt';
  }
>;

const build = (frame: Frame, statement: BuildStatement): void => {
  const value = (operand: Operand): Value => valueOf(frame, operand);
  const { type, stmt } = statement;
  switch (type) {
    case 'ResetLocalStmt':
      frame.held.delete(stmt.target);
      return;
    case 'AssignIntStmt':
    case 'MakeNumberIntStmt':
      give(frame, stmt.target, literalValue(String(stmt.value)));
      return;
    case 'MakeNumberRefStmt':
      give(frame, stmt.target, literalValue(frame.walk.strings[stmt.index] ?? ''));
      return;
    case 'MakeNullStmt':
      give(frame, stmt.target, literalValue('null'));
      return;
    case 'MakeArrayStmt':
      give(frame, stmt.target, builtValue(madeBy(frame, stmt, 0, stmt.capacity)));
      return;
    case 'MakeObjectStmt':
    case 'MakeSetStmt':
      give(frame, stmt.target, builtValue(madeBy(frame, stmt)));
      return;
    case 'ArrayAppendStmt':
      append(frame, heldBy(frame, stmt.array), value(stmt.value), stmt);
      return;
    case 'SetAddStmt':
      addToSet(frame, heldBy(frame, stmt.set), value(stmt.value));
      return;
    case 'ObjectInsertStmt':
      insert(frame, stmt);
      return;
    case 'ObjectInsertOnceStmt':
      // What is inserted twice must be the same, or the policy fails.
      readWhole(frame.walk.reads, value(stmt.value));
      if (anyWay(movesWithin(value(stmt.value))) | reachedAs(frame)) frame.walk.mayFail = true;
      insert(frame, stmt);
      return;
    case 'ObjectMergeStmt':
      merge(frame, stmt);
      return;
    default:
      return unknownPart('statement', statement);
  }
};

const dot = (frame: Frame, stmt: Stmt<'DotStmt'>): void => {
  const { reads } = frame.walk;
  const key = valueOf(frame, stmt.key);
  readWhole(reads, key);
  const found = memberBy(reads, valueOf(frame, stmt.source), key, stmt);
  goOnIf(frame, isThere(found.moves));
  give(frame, stmt.target, moving(found, somehow(anyWay(movesWithin(key)))));
};

/** A variable that has a value already must be given the same once more, or the policy fails. */
const assignOnce = (frame: Frame, target: Local, value: Value): void => {
  const before = heldBy(frame, target);
  if (isNothing(before)) assign(frame, target, value);
  else assignAgain(frame, target, before, value);
};

/** A literal where a variable holds nothing: the same as it may hold says no more than "or"; another tells that it holds nothing. */
const assign = (frame: Frame, target: Local, value: Value): void => {
  const missed = missedBy(frame, target);
  const besides = reachedBesides(frame, target);
  if (missed === undefined || value.literal === null) give(frame, target, value);
  else if (value.literal === missed.literal) giveAsIs(frame, target, moving(value, thereAs(besides)));
  else if (value.literal === 'false' && missed.literal === 'true' && besides === NEVER)
    giveAsIs(frame, target, moving(value, isThere(missed.moves)));
  else if (value.literal === 'true' && missed.literal === 'false' && besides === NEVER)
    giveAsIs(frame, target, moving(value, reversed(isThere(missed.moves))));
  else give(frame, target, value);
};

const assignAgain = (frame: Frame, target: Local, before: Value, value: Value): void => {
  compare(frame.walk.reads, before, value);
  const isSame = before.literal !== null && before.literal === value.literal;
  const way = anyWay(movesWithin(before)) | anyWay(movesWithin(value)) | reachedAs(frame);
  if (!isSame && way !== NEVER) frame.walk.mayFail = true;
  give(frame, target, joined(before, isSame ? value : moving(value, somehow(way))));
};

/** Which way it goes with time that two values are the same. */
const equalAs = (one: Value, other: Value): Moves => {
  if (other.literal === 'true') return goes(one.moves);
  if (other.literal === 'false') return reversed(goes(one.moves));
  // What rises or falls is a number, true or false all the time.
  if (other.literal === 'null' && [RISES, FALLS].includes(goes(one.moves))) return NEVER;
  return somehow(contentMoves(one) | contentMoves(other));
};

const compare = (reads: NotedReads, one: Value, other: Value): void => {
  if (isPlain(other)) readPlain(reads, one);
  else readWhole(reads, one);
  if (isPlain(one)) readPlain(reads, other);
  else readWhole(reads, other);
};

const append = (frame: Frame, array: Value, value: Value, stmt: object): void =>
  array.built.forEach((built) => {
    growAt(frame.walk, built.items, stmt, value);
    growWith(frame.walk, built, reachedAs(frame));
  });

/** Whether two elements of a set are one depends on all that is in them. */
const addToSet = (frame: Frame, set: Value, value: Value): void => {
  const { walk } = frame;
  readWhole(walk.reads, value);
  set.built.forEach((built) => {
    grow(walk, built, 'others', value);
    growWith(walk, built, reachedAs(frame) | somehow(contentMoves(value)));
  });
};

const insert = (frame: Frame, stmt: Stmt<'ObjectInsertStmt'>): void => {
  const [key, value] = [valueOf(frame, stmt.key), valueOf(frame, stmt.value)];
  readWhole(frame.walk.reads, key);
  for (const built of heldBy(frame, stmt.object).built) {
    growWith(frame.walk, built, reachedAs(frame) | somehow(contentMoves(key)));
    key.texts.forEach((name) => growAt(frame.walk, built.members, name, value));
    if (key.isScalar || !isPlain(key)) grow(frame.walk, built, 'others', value);
  }
};

/** Merging compares what stands under the same name: of the input all is taken to be looked at. */
const merge = (frame: Frame, stmt: Stmt<'ObjectMergeStmt'>): void => {
  const both = joined(heldBy(frame, stmt.a), heldBy(frame, stmt.b));
  if (both.places.size > 0) readWhole(frame.walk.reads, both);
  const merged = madeBy(frame, stmt);
  grow(frame.walk, merged, 'base', both);
  give(frame, stmt.target, builtValue(merged));
};
