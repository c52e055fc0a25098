/*
 * OPA's plan of a policy, as `opa build -t plan` writes it: what the Wasm module is made from, statement by statement.
 * A list that is empty may be null.
 * Source: OPA's intermediate representation, https://www.openpolicyagent.org/docs/ir, and v1/ir of OPA 1.22.2.
 */

/** A variable of a function, or a constant. */
export type Operand =
  | { readonly type: 'local'; readonly value: Local }
  | { readonly type: 'string_index'; readonly value: number }
  | { readonly type: 'bool'; readonly value: boolean };

/** A variable's number within its function. Within an entrypoint 0 is the input and 1 the data. */
export type Local = number;

export interface Block {
  readonly stmts: readonly Statement[] | null;
}

/** Where a statement comes from: rows and columns from 1, of the expression that it belongs to. */
export interface Placed {
  readonly file: number;
  readonly row: number;
  readonly col: number;
}

interface Of<Type extends string, Stmt> {
  readonly type: Type;
  readonly stmt: Stmt & Placed;
}

interface Making {
  readonly target: Local;
}

interface Assigning {
  readonly source: Operand;
  readonly target: Local;
}

interface Comparing {
  readonly a: Operand;
  readonly b: Operand;
}

interface Inserting {
  readonly key: Operand;
  readonly value: Operand;
  readonly object: Local;
}

interface TestingKind {
  readonly source: Operand;
}

interface TestingDefined {
  readonly source: Local;
}

interface Calling {
  readonly func: string;
  readonly args: readonly Operand[] | null;
  readonly result: Local;
}

interface CallingDynamically {
  readonly args: readonly Local[] | null;
  readonly path: readonly Operand[] | null;
  readonly result: Local;
}

interface Scanning {
  readonly source: Local;
  readonly key: Local;
  readonly value: Local;
  readonly block: Block;
}

interface Replacing {
  readonly local: Local;
  /** Numbers of the texts that name the member; none for the whole. */
  readonly path: readonly number[] | null;
  readonly value: Operand;
  readonly block: Block;
}

/** All kinds of statements that OPA 1.22.2 plans. */
export type Statement =
  | Of<'ReturnLocalStmt', TestingDefined>
  | Of<'CallStmt', Calling>
  | Of<'CallDynamicStmt', CallingDynamically>
  | Of<'BlockStmt', { readonly blocks: readonly Block[] | null }>
  | Of<'BreakStmt', { readonly index: number }>
  | Of<'DotStmt', { readonly source: Operand; readonly key: Operand; readonly target: Local }>
  | Of<'LenStmt', Assigning>
  | Of<'ScanStmt', Scanning>
  | Of<'NotStmt', { readonly block: Block }>
  | Of<'AssignIntStmt', Making & { readonly value: number }>
  | Of<'AssignVarStmt', Assigning>
  | Of<'AssignVarOnceStmt', Assigning>
  | Of<'ResetLocalStmt', Making>
  | Of<'MakeNullStmt', Making>
  | Of<'MakeNumberIntStmt', Making & { readonly value: number }>
  | Of<'MakeNumberRefStmt', Making & { readonly index: number }>
  | Of<'MakeArrayStmt', Making & { readonly capacity: number }>
  | Of<'MakeObjectStmt', Making>
  | Of<'MakeSetStmt', Making>
  | Of<'EqualStmt', Comparing>
  | Of<'NotEqualStmt', Comparing>
  | Of<'IsArrayStmt', TestingKind>
  | Of<'IsObjectStmt', TestingKind>
  | Of<'IsSetStmt', TestingKind>
  | Of<'IsDefinedStmt', TestingDefined>
  | Of<'IsUndefinedStmt', TestingDefined>
  | Of<'ArrayAppendStmt', { readonly value: Operand; readonly array: Local }>
  | Of<'ObjectInsertStmt', Inserting>
  | Of<'ObjectInsertOnceStmt', Inserting>
  | Of<'ObjectMergeStmt', { readonly a: Local; readonly b: Local; readonly target: Local }>
  | Of<'SetAddStmt', { readonly value: Operand; readonly set: Local }>
  | Of<'WithStmt', Replacing>
  | Of<'NopStmt', object>
  | Of<'ResultSetAddStmt', { readonly value: Local }>;

/** A rule or function of a policy; its first two parameters are the input and the data. */
export interface PlannedFunction {
  readonly name: string;
  readonly params: readonly Local[];
  readonly return: Local;
  readonly blocks: readonly Block[];
  /** By which it is found when the call is decided at run time. */
  readonly path?: readonly string[];
}

/** The plan of a module: of each entrypoint, and of the functions that they call. */
export interface Plan {
  readonly static: { readonly strings?: readonly { readonly value: string }[] };
  readonly plans: { readonly plans: readonly { readonly name: string; readonly blocks: readonly Block[] }[] };
  readonly funcs: { readonly funcs?: readonly PlannedFunction[] };
}
