import {
  allOf,
  builtValue,
  covers,
  isNothing,
  joined,
  keyOfValue,
  moving,
  movesWithin,
  NOTHING,
  OTHER,
  placeValue,
  textValue,
  thereForSure,
  type Built,
  type Value,
} from './abstract-value.js';
import { builtInMoves } from './built-in-moves.js';
import { wholeInput } from './input-path.js';
import { isThere, NEVER, reversed, somehow, timeUseOf, type Moves, type TimeUse } from './moves.js';
import { amountOf, type NotedReads } from './noted-reads.js';
import type { Block, Local, Placed, Plan, PlannedFunction, Statement } from './plan-ir.js';
import { workOut } from './plan-values.js';
import {
  give,
  giveAsIs,
  goOnIf,
  goOnWithout,
  grow,
  growAt,
  heldBy,
  madeBy,
  newContext,
  newWalk,
  reachedAs,
  UnreadablePlan,
  valueOf,
  type Context,
  type Frame,
  type Walk,
} from './plan-walk.js';
import { callBuiltIn } from './planned-built-ins.js';
import { iterated, memberBy, readNamed, readWhole } from './value-members.js';

/** Far more than any policy that a person wrote. */
const MOST_STEPS = 300_000;
const INPUT = 0;
const DATA = 1;

/**
 * Goes through the plan of an entrypoint with all that its variables may hold, and notes what of the input is looked at.
 * Returns how time can change what the rule `match` says. It is gone through again until nothing new is found. Every statement is taken to be reached. Throws `UnreadablePlan`.
 */
export const goThroughPlan = (plan: Plan, entrypoint: string, reads: NotedReads): TimeUse => {
  const blocks = plan.plans.plans.find(({ name }) => name === entrypoint)?.blocks;
  if (blocks === undefined) throw new UnreadablePlan(`the plan has no entrypoint ${entrypoint}`);
  const walk = newWalk(plan, reads);
  const parameters = new Map([
    [INPUT, placeValue(wholeInput)],
    [DATA, OTHER],
  ]);
  const top = newContext('top', blocks, parameters);
  for (let before = -1; before !== foundIn(walk); walk.round += 1) {
    before = foundIn(walk);
    enter(walk, top);
  }
  return walk.mayFail ? 'anyTime' : timeUseOf(movesWithin(walk.match));
};

const foundIn = ({ reads, growth, contexts }: Walk): number => amountOf(reads) + growth + contexts.size;

/** What a context gives, as far as it is known. Invariant: of a round that finds nothing new it is all that it may give. */
const enter = (walk: Walk, context: Context): Value => {
  if (context.round === walk.round) return context.result;
  context.round = walk.round;
  const frame: Frame = {
    walk,
    context,
    held: new Map(context.parameters),
    given: [],
    reached: [NEVER],
    otherwise: [new Map()],
    own: [NEVER],
  };
  context.blocks.forEach((block) => nested(frame, block));
  return context.result;
};

/** What variables were given in a block, and which way it goes with time that its end is reached. */
interface Nested {
  readonly given: ReadonlyMap<Local, Value>;
  readonly left: Moves;
  readonly own: Moves;
}

/**
 * A block may be left at any of its statements: behind it a variable holds what it held before, or any that it was given.
 */
const nested = (frame: Frame, block: Block, entered = NEVER): Nested =>
  within(frame, block, [(frame.reached.at(-1) ?? NEVER) | entered, frame.otherwise.at(-1) ?? new Map(), entered]);

/** How a block is entered. */
type Entry = readonly [reached: Moves, otherwise: NonNullable<Frame['otherwise'][number]>, own: Moves];

/** A block that is denied: what is reached in it says nothing of what is reached without it. */
const denied = (frame: Frame, block: Block): Moves => reversed(within(frame, block, [NEVER, new Map(), NEVER]).left);

const within = (frame: Frame, block: Block, [reached, otherwise, own]: Entry): Nested => {
  const before = new Map(frame.held);
  const given = new Map<Local, Value>();
  frame.given.push(given);
  frame.reached.push(reached);
  frame.otherwise.push(otherwise);
  frame.own.push(own);
  for (const statement of block.stmts ?? []) goThrough(frame, statement);
  frame.given.pop();
  const left = reachedAs(frame);
  frame.reached.pop();
  const missed = frame.otherwise.pop();
  const asked = frame.own.pop() ?? NEVER;
  for (const [local, value] of before) frame.held.set(local, value);
  const filled = filledBy(block);
  for (const [local, value] of given) {
    const held = before.get(local) ?? NOTHING;
    // In the place of nothing, where time does not change that there is nothing.
    const isInstead = missed?.get(local)?.value.moves === NEVER;
    const both = isInstead ? joined(held, value) : oneOf(held, value);
    giveAsIs(frame, local, local === filled && reached === NEVER && missed?.size === 1 ? thereForSure(both) : both);
  }
  return { given, left, own: asked };
};

/** The variable that surely holds something behind the block, which gives it a value where it holds nothing. */
const filledBy = ({ stmts }: Block): Local | null => {
  const [first, ...rest] = stmts ?? [];
  const last = rest.at(-1);
  if (first?.type !== 'IsUndefinedStmt' || last?.type !== 'AssignVarOnceStmt') return null;
  return rest.length === 1 && last.stmt.target === first.stmt.source ? first.stmt.source : null;
};

/** The variable that, where it holds something, the rest of the surrounding block is passed over for, as by `or`. */
const passedOverFor = (blocks: readonly Block[] | null): Local | null => {
  const [first, last, ...rest] = blocks?.length === 1 ? (blocks[0]?.stmts ?? []) : [];
  const isPassing = first?.type === 'IsDefinedStmt' && last?.type === 'BreakStmt' && last.stmt.index === 1;
  return isPassing && rest.length === 0 ? first.stmt.source : null;
};

/** What a variable holds that may have been given another value: which one depends on time as it does that it was given. */
const oneOf = (before: Value, value: Value): Value => {
  const isSame = isNothing(before) || (before.literal !== null && before.literal === value.literal);
  const isAnother = !isSame && !covers({ ...before, moves: -1 }, value);
  return joined(before, isAnother ? moving(value, somehow(isThere(value.moves))) : value);
};

function goThrough(frame: Frame, statement: Statement): void {
  const { walk } = frame;
  if ((walk.steps += 1) > MOST_STEPS) throw new UnreadablePlan('the plan is too large to be gone through');
  const { type, stmt } = statement;
  switch (type) {
    case 'BlockStmt':
      blocks(frame, stmt.blocks);
      return;
    case 'NotStmt':
      // It is gone on with if the end of the block is not reached.
      goOnIf(frame, denied(frame, stmt.block));
      return;
    case 'ScanStmt':
      scan(frame, stmt);
      return;
    case 'WithStmt':
      replace(frame, stmt);
      return;
    case 'CallStmt': {
      const operands = (stmt.args ?? []).map((operand) => valueOf(frame, operand));
      give(frame, stmt.result, thereWith(frame, call(frame, stmt.func, operands, stmt)));
      return;
    }
    case 'CallDynamicStmt':
      give(frame, stmt.result, thereWith(frame, callAny(frame, stmt)));
      return;
    case 'ReturnLocalStmt':
      returned(frame, heldBy(frame, stmt.source));
      return;
    case 'ResultSetAddStmt':
      readWhole(walk.reads, heldBy(frame, stmt.value));
      walk.match = joined(walk.match, matchIn(heldBy(frame, stmt.value)));
      return;
    case 'BreakStmt':
      leaveBlocks(frame, stmt.index);
      return;
    case 'NopStmt':
      return;
    default:
      workOut(frame, statement);
      return;
  }
}

const blocks = (frame: Frame, inner: readonly Block[] | null): void => {
  const local = passedOverFor(inner);
  if (local === null) {
    inner?.forEach((block) => nested(frame, block));
    return;
  }
  readNamed(frame.walk.reads, heldBy(frame, local));
  goOnWithout(frame, local);
};

/** A value that a call gives, or nothing: then it is not gone on. */
const thereWith = (frame: Frame, value: Value): Value => {
  goOnIf(frame, isThere(value.moves));
  return value;
};

/** What comes behind in the blocks that are left is passed over, as what was asked for in blocks within them holds. */
const leaveBlocks = ({ reached, own }: Frame, index: number): void => {
  let asked = NEVER;
  for (let block = own.length - 1; block > 0 && block > own.length - 1 - index; block -= 1) {
    asked |= own[block] ?? NEVER;
    reached[block - 1] = (reached[block - 1] ?? NEVER) | reversed(asked);
    own[block - 1] = (own[block - 1] ?? NEVER) | reversed(asked);
  }
};

/** The rule `match` in what an entrypoint gives; all of it where there is none. */
const matchIn = (value: Value): Value => {
  const results = [...value.built].flatMap(({ members }) => members.get('result') ?? []);
  const rules = results.flatMap(({ built }) => [...built]).flatMap(withBases);
  const found = rules.flatMap(({ members }) => members.get('match') ?? []);
  return found.length > 0 ? allOf(found) : moving(OTHER, movesWithin(value));
};

const withBases = (built: Built): readonly Built[] => [built, ...[...built.base.built].flatMap(withBases)];

type Stmt<Type extends Statement['type']> = Extract<Statement, { readonly type: Type }>['stmt'];

const scan = (frame: Frame, stmt: Stmt<'ScanStmt'>): void => {
  const { walk, context } = frame;
  const source = heldBy(frame, stmt.source);
  const { keys, values } = iterated(walk.reads, source);
  const entered = isThere(values.moves) | isThere(keys.moves);
  const carried = context.carried.get(stmt) ?? new Map<Local, Value>();
  context.carried.set(stmt, carried);
  for (const [local, value] of carried) give(frame, local, joined(heldBy(frame, local), value));
  give(frame, stmt.key, keys);
  give(frame, stmt.value, values);
  for (const [local, value] of nested(frame, stmt.block, entered).given) growAt(walk, carried, local, value);
};

const call = (frame: Frame, name: string, operands: readonly Value[], at: Placed): Value => {
  const planned = frame.walk.functions.get(name);
  return planned === undefined
    ? moving(callBuiltIn(frame.walk.reads, name, operands, at), builtInMoves(name, operands))
    : enterFunction(frame, planned, operands);
};

const enterFunction = ({ walk }: Frame, planned: PlannedFunction, operands: readonly Value[]): Value => {
  const key = `${planned.name} ${operands.map(keyOfValue).join(' ')}`;
  const parameters = new Map(planned.params.map((local, index) => [local, operands[index] ?? NOTHING]));
  const context = walk.contexts.get(key) ?? newContext(String(walk.contexts.size), planned.blocks, parameters);
  walk.contexts.set(key, context);
  return enter(walk, context);
};

/** Which function is called is found at run time by the names along its path. */
const callAny = (frame: Frame, stmt: Stmt<'CallDynamicStmt'>): Value => {
  const path = (stmt.path ?? []).map((part) => valueOf(frame, part));
  path.forEach((part) => readWhole(frame.walk.reads, part));
  const mayBe = (part: Value, name: string | undefined): boolean =>
    name !== undefined && (part.isOther || part.places.size > 0 || part.texts.has(name));
  const called = [...frame.walk.functions.values()].filter(
    (planned) =>
      planned.path?.length === path.length && path.every((part, index) => mayBe(part, planned.path?.[index])),
  );
  const operands = (stmt.args ?? []).map((local) => heldBy(frame, local));
  return allOf(called.map((planned) => enterFunction(frame, planned, operands)));
};

const replace = (frame: Frame, stmt: Stmt<'WithStmt'>): void => {
  const before = heldBy(frame, stmt.local);
  const path = (stmt.path ?? []).map((index) => frame.walk.strings[index] ?? '');
  frame.held.set(stmt.local, replaced(frame, before, path, stmt));
  goOnIf(frame, nested(frame, stmt.block).own);
  frame.held.set(stmt.local, before);
};

/** The document with a member replaced; it is looked at whether there are the objects that hold the member. */
const replaced = (frame: Frame, before: Value, [name, ...rest]: readonly string[], stmt: Stmt<'WithStmt'>): Value => {
  if (name === undefined) return valueOf(frame, stmt.value);
  const { walk } = frame;
  readNamed(walk.reads, before);
  const inner = rest.length === 0 ? NOTHING : memberBy(walk.reads, before, textValue(name), stmt);
  const object = madeBy(frame, stmt, rest.length);
  grow(walk, object, 'base', before);
  growAt(walk, object.members, name, replaced(frame, inner, rest, stmt));
  return builtValue(object);
};

const returned = ({ walk, context }: Frame, value: Value): void => {
  if (covers(context.result, value)) return;
  walk.growth += 1;
  context.result = joined(context.result, value);
};
