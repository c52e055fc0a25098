import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { hostBuiltIns } from '../../built-ins/host-built-ins.js';
import { entrypointOf } from '../../compile/answer-wrapper.js';
import { buildWasm } from '../../compile/build-wasm.js';
import { knownBuiltIns } from '../../compile/known-built-ins.js';
import { compileTimeBuiltIns, nativeBuiltIns } from '../../compile/native-built-ins.js';
import type { OpaCompiler } from '../../compile/opa-compiler.js';
import { opaVersion } from '../../compile/opa-release.js';
import { refusedBuiltIns } from '../../compile/refused-built-ins.js';
import { suppliedInstead } from '../../compile/supplied-instead.js';
import type { PolicyAnswer, PolicyEngine } from '../../engine/policy-engine.js';
import { startPolicyEngine } from '../../engine/pool/start-policy-engine.js';
import { fixedNow, patientOptions } from '../engine-for-tests.js';
import { compilerForTests, compilerTimeout } from '../native-opa.js';
import { answersOfOpa, builtInCalls, calledBuiltIns, indexesOf, oneCall, type BuiltInCalls } from './built-in-calls.js';

vi.setConfig({ testTimeout: 120_000 });

/** What may be an error here: it says so, where native OPA gives undefined, or a text or a date that nobody asks for. */
const errorsInstead = [
  /sprintf does not support/,
  /sprintf supports sizes up to/,
  /is no regular expression of RE2/,
  /is no glob/,
  /is no decimal number/,
  /more than a million years, months or days/,
];

let opa: OpaCompiler;
let engine: PolicyEngine | undefined;
let calls: ReadonlyMap<string, BuiltInCalls> = new Map();
let native: Readonly<Record<string, readonly (readonly string[])[]>> = {};
const errorsSeen = new Set<string>();

const shownBy = (answer: PolicyAnswer | undefined): readonly string[] | string => {
  if (answer === undefined || answer.error !== null) return answer?.error?.message ?? 'not asked';
  return (JSON.parse(answer.output) as { readonly shown?: readonly string[] }).shown ?? [];
};

const isErrorInstead = (message: string): boolean => {
  const found = errorsInstead.find((pattern) => pattern.test(message));
  if (found !== undefined) errorsSeen.add(found.source);
  return found !== undefined;
};

const answersOf = async (call: BuiltInCalls): Promise<readonly (readonly string[] | string)[]> => {
  const inputs = indexesOf(call).map((at) => ({
    input: Buffer.from(JSON.stringify({ at })),
    now: fixedNow,
    asks: [call.id],
  }));
  const answers = await engine?.evaluate({ key: 'table', inputs });
  return answers?.map(([answer]) => shownBy(answer)) ?? [];
};

const spelled = (call: BuiltInCalls, at: readonly number[]): string =>
  `${call.name}(${at.map((index, place) => call.operands[place]?.[index]).join(', ')})`;

const differencesOf = async (call: BuiltInCalls): Promise<readonly string[]> => {
  const wanted = native[call.id] ?? [];
  const given = await answersOf(call);
  const indexes = indexesOf(call);
  expect(given).toHaveLength(wanted.length);
  expect(given.length).toBeGreaterThan(5);
  return given.flatMap((answer, index) => {
    const want = wanted[index] ?? [];
    if (typeof answer === 'string' ? isErrorInstead(answer) : answer[0] === want[0]) return [];
    return [
      `${spelled(call, indexes[index] ?? [])}: OPA ${want[0] ?? 'undefined'}, here ${String(answer)}`.slice(0, 500),
    ];
  });
};

describe(`every built-in of OPA ${opaVersion} at the edges of its operands`, () => {
  beforeAll(async () => {
    opa = await compilerForTests();
    const all = await builtInCalls(opa);
    calls = new Map(all.map((call) => [call.name, call]));
    native = await answersOfOpa(opa, all);
    const files = Object.assign({}, ...all.map(oneCall)) as Readonly<Record<string, string>>;
    const built = await buildWasm(opa, { files, entrypoints: all.map(({ id }) => entrypointOf(id)) });
    if (!('wasm' in built)) throw new Error(built.failed.stderr);
    engine = await startPolicyEngine(patientOptions);
    await engine.load({ key: 'table', digest: 'table', wasm: built.wasm, data: {} });
  }, compilerTimeout);
  afterAll(() => engine?.close());

  it('is known: supplied by Wasm or the host, resolved by the compiler, or refused with a reason', async () => {
    const supplied = [...nativeBuiltIns, ...Object.keys(hostBuiltIns), ...compileTimeBuiltIns];
    const ways = [...new Set([...supplied, ...Object.keys(refusedBuiltIns)])];
    expect(ways.toSorted()).toEqual([...(await knownBuiltIns(opa))].toSorted());
    expect(Object.keys(refusedBuiltIns).filter((name) => supplied.includes(name))).toEqual([]);
    expect(suppliedInstead.filter(({ builtIn }) => !(builtIn in hostBuiltIns))).toEqual([]);
  });

  it('is called by the table, where a policy may call it', () => {
    expect([...calls.keys()].toSorted()).toEqual(calledBuiltIns.toSorted());
  });

  it.each(calledBuiltIns)('%s answers as OPA', async (name) => {
    const call = calls.get(name);
    expect(call && (await differencesOf(call))).toEqual([]);
  });

  it('is an error, and says so, only in ways that occur', () => {
    expect([...errorsSeen].toSorted()).toEqual(errorsInstead.map(({ source }) => source).toSorted());
  });
});
