import { builtValue, isNothing, isPlain, joined, SCALAR, type Value } from './abstract-value.js';
import type { NotedReads } from './noted-reads.js';
import type { Local, Operand, Statement } from './plan-ir.js';
import { give, grow, growAt, heldBy, madeBy, unknownPart, valueOf, type Frame } from './plan-walk.js';
import { memberBy, readNamed, readPlain, readPresence, readWhole } from './value-members.js';

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
      give(frame, stmt.target, value(stmt.source));
      return;
    case 'AssignVarOnceStmt':
      assignOnce(frame, stmt.target, value(stmt.source));
      return;
    case 'EqualStmt':
    case 'NotEqualStmt':
      compare(reads, value(stmt.a), value(stmt.b));
      return;
    case 'IsArrayStmt':
    case 'IsObjectStmt':
    case 'IsSetStmt':
      readPlain(reads, value(stmt.source));
      return;
    case 'IsDefinedStmt':
      readNamed(reads, heldBy(frame, stmt.source));
      return;
    case 'IsUndefinedStmt':
      return void frame.held.delete(stmt.source);
    case 'LenStmt':
      readPresence(reads, value(stmt.source));
      give(frame, stmt.target, SCALAR);
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
      return void frame.held.delete(stmt.target);
    case 'AssignIntStmt':
    case 'MakeNullStmt':
    case 'MakeNumberIntStmt':
    case 'MakeNumberRefStmt':
      give(frame, stmt.target, SCALAR);
      return;
    case 'MakeArrayStmt':
      give(frame, stmt.target, builtValue(madeBy(frame, stmt, 0, stmt.capacity)));
      return;
    case 'MakeObjectStmt':
    case 'MakeSetStmt':
      give(frame, stmt.target, builtValue(madeBy(frame, stmt)));
      return;
    case 'ArrayAppendStmt':
      heldBy(frame, stmt.array).built.forEach(({ items }) => growAt(frame.walk, items, stmt, value(stmt.value)));
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
  give(frame, stmt.target, memberBy(reads, valueOf(frame, stmt.source), key, stmt));
};

/** A variable that has a value already must be given the same once more, or the policy fails. */
const assignOnce = (frame: Frame, target: Local, value: Value): void => {
  const before = heldBy(frame, target);
  if (!isNothing(before)) compare(frame.walk.reads, before, value);
  give(frame, target, joined(before, value));
};

const compare = (reads: NotedReads, one: Value, other: Value): void => {
  if (isPlain(other)) readPlain(reads, one);
  else readWhole(reads, one);
  if (isPlain(one)) readPlain(reads, other);
  else readWhole(reads, other);
};

/** Whether two elements of a set are one depends on all that is in them. */
const addToSet = ({ walk }: Frame, set: Value, value: Value): void => {
  readWhole(walk.reads, value);
  set.built.forEach((built) => grow(walk, built, 'others', value));
};

const insert = (frame: Frame, stmt: Stmt<'ObjectInsertStmt'>): void => {
  const [key, value] = [valueOf(frame, stmt.key), valueOf(frame, stmt.value)];
  readWhole(frame.walk.reads, key);
  for (const built of heldBy(frame, stmt.object).built) {
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
