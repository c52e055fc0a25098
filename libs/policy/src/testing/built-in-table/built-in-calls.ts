import { execFileSync } from 'node:child_process';
import { hostBuiltIns } from '../../built-ins/host-built-ins.js';
import { capabilitiesOf } from '../../compile/capabilities.js';
import { nativeBuiltIns } from '../../compile/native-built-ins.js';
import type { OpaCompiler } from '../../compile/opa-compiler.js';
import { inScratchFolder } from '../../compile/scratch-folder.js';
import { operandsOf } from './operands.js';

type Declaration = {
  readonly name: string;
  readonly infix?: string;
  readonly relation?: boolean;
  readonly deprecated?: boolean;
  readonly decl: { readonly args?: readonly { readonly type: string }[]; readonly result?: unknown };
};

/** All calls of one built-in, as a package `table.<id>`. */
export type BuiltInCalls = {
  readonly name: string;
  readonly id: string;
  readonly operands: readonly (readonly string[])[];
  readonly relation: boolean;
};

/** Compiled away before a policy runs, or about the clock, which has tests of its own. */
const notCalled = new Set([
  'assign',
  'eq',
  'print',
  'internal.print',
  'internal.test_case',
  'time.now_ns',
  'rego.metadata.chain',
  'rego.metadata.rule',
]);

/** Refused by OPA in Rego v1. */
const deprecated = new Set(['all', 'any', 're_match', 'net.cidr_overlap', 'set_diff']);

/** What the table calls: all that Wasm or the host supplies. */
export const calledBuiltIns: readonly string[] = [...new Set([...nativeBuiltIns, ...Object.keys(hostBuiltIns)])].filter(
  (name) => !notCalled.has(name) && !deprecated.has(name),
);

/** Calls of every built-in that a policy may call. OPA refuses deprecated ones in Rego v1. */
export const builtInCalls = async (opa: OpaCompiler): Promise<readonly BuiltInCalls[]> => {
  const { builtins } = JSON.parse(await capabilitiesOf(opa)) as { readonly builtins: readonly Declaration[] };
  return builtins
    .filter(({ name, deprecated: old }) => old !== true && !notCalled.has(name))
    .map(({ name, decl, relation }, index) => ({
      name,
      id: `b${index}`,
      operands: operandsOf(name, decl.args ?? []),
      relation: relation === true,
    }));
};

const infix: Readonly<Record<string, string>> = {
  and: '&',
  or: '|',
  plus: '+',
  minus: '-',
  mul: '*',
  div: '/',
  rem: '%',
  gt: '>',
  gte: '>=',
  lt: '<',
  lte: '<=',
  equal: '==',
  neq: '!=',
};

const callOf = ({ name, relation }: BuiltInCalls, names: readonly string[]): string => {
  if (relation) return `${name}(${names.join(', ')}, v)`;
  if (name === 'internal.member_2') return `v := ${names.join(' in ')}`;
  if (name === 'internal.member_3') return `v := (${names[0] ?? ''}, ${names[1] ?? ''} in ${names[2] ?? ''})`;
  const operator = infix[name];
  return operator === undefined ? `v := ${name}(${names.join(', ')})` : `v := ${names.join(` ${operator} `)}`;
};

const listsOf = ({ operands }: BuiltInCalls): string =>
  operands.map((list, index) => `o${index} := [${list.join(', ')}]`).join('\n');

/** The value of a call as OPA shows it, sets and keys of any type told apart; none where it is undefined. */
const shownOf = (call: BuiltInCalls, names: readonly string[]): string =>
  `[s | ${callOf(call, names)}; s := sprintf("%v", [v])]`;

/** Asks for one call: `input` holds the index of each operand. */
export const oneCall = (call: BuiltInCalls): Readonly<Record<string, string>> => {
  const names = call.operands.map((_, index) => `x${index}`);
  const taken = names.map((name, index) => `${name} := data.table.${call.id}.o${index}[input.at[${index}]]`);
  return {
    [`${call.id}/lists.rego`]: `package table.${call.id}\n\n${listsOf(call)}\n`,
    [`${call.id}/answer.rego`]: `package weir_answers.p_${call.id}\n\nshown := r if {\n${taken.join('\n')}\nr := ${shownOf(call, names)}\n}\n`,
  };
};

/** Indexes of operands, in the order in which `answersOfOpa` gives its answers. */
export const indexesOf = ({ operands }: BuiltInCalls): readonly (readonly number[])[] =>
  operands.reduce<readonly (readonly number[])[]>(
    (rows, list) => rows.flatMap((row) => list.map((_, index) => [...row, index])),
    [[]],
  );

const allCalls = (call: BuiltInCalls): string => {
  const names = call.operands.map((_, index) => `x${index}`);
  const taken = names.map((name, index) => `some ${name} in o${index}`);
  return `package table.${call.id}\n\n${listsOf(call)}\nall_of_them := [r | ${[...taken, `r := ${shownOf(call, names)}`].join('; ')}]\n`;
};

/** What native OPA answers to each call, by the built-in's id: shown values, none for undefined. */
export const answersOfOpa = (
  opa: OpaCompiler,
  calls: readonly BuiltInCalls[],
): Promise<Readonly<Record<string, readonly (readonly string[])[]>>> => {
  const files = Object.fromEntries(calls.map((call) => [`${call.id}.rego`, allCalls(call)]));
  return inScratchFolder(files, async (folder) => {
    const query = '{id: answers | answers := data.table[id].all_of_them}';
    const args = ['eval', '--format', 'json', ...Object.keys(files).flatMap((file) => ['-d', file]), query];
    const stdout = execFileSync(opa.path, args, { cwd: folder, maxBuffer: 2 ** 29, timeout: 300_000, stdio: 'pipe' });
    const { result } = JSON.parse(stdout.toString()) as {
      readonly result: readonly [
        {
          readonly expressions: readonly [{ readonly value: Readonly<Record<string, readonly (readonly string[])[]>> }];
        },
      ];
    };
    return result[0].expressions[0].value;
  });
};
