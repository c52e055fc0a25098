import { beforeAll, describe, expect, it, vi } from 'vitest';
import type { OpaCompiler } from '../compile/opa-compiler.js';
import { compileModule } from '../compile/compile-module.js';
import { compilerForTests, compilerTimeout } from '../testing/native-opa.js';
import { findReads } from './find-reads.js';
import type { Plan } from './plan-ir.js';
import { READS_EVERYTHING, type PolicyReads } from './policy-reads.js';
import { readsPath } from './reads-path.js';

vi.setConfig({ testTimeout: 60_000 });

let opa: OpaCompiler;
beforeAll(async () => {
  opa = await compilerForTests();
}, compilerTimeout);

const readsOf = async (...rules: readonly string[]): Promise<PolicyReads> => {
  const rego = ['package cloudsmith', ...rules].join('\n');
  const { reads } = await compileModule(opa, [{ id: 'policy', rego }]);
  return reads['policy'] ?? READS_EVERYTHING;
};

describe('what a policy reads', () => {
  const cases: readonly (readonly [string, readonly string[], readonly string[]])[] = [
    ['a plain path', ['match if input.v0.repository.name == "x"'], ['v0.repository.name']],
    [
      'elements of a list by any index',
      ['match if input.v0.vulnerabilities[_].epss.score > 1'],
      ['v0.vulnerabilities.?', 'v0.vulnerabilities.epss.score'],
    ],
    [
      'elements through some',
      ['match if { some v in input.v0.vulnerabilities; v.severity == "HIGH" }'],
      ['v0.vulnerabilities.?', 'v0.vulnerabilities.severity'],
    ],
    [
      'elements through every',
      ['match if { every v in input.v0.vulnerabilities { v.severity == "HIGH" } }'],
      ['v0.vulnerabilities.?', 'v0.vulnerabilities.severity'],
    ],
    [
      'variables',
      ['match if { p := input.v0["package"]; l := p.license; l.source == "MANUAL" }'],
      ['v0.package.license.source'],
    ],
    ['variables that are only there', ['match if { p := input.v0["package"]; input.v1.x }'], ['v0.package.?', 'v1.x']],
    [
      'variables that are counted',
      ['match if { p := input.v0["package"]; count(p) > p.size }'],
      ['v0.package.?', 'v0.package.size'],
    ],
    [
      'variables that are compared',
      ['match if { p := input.v0["package"]; p.size; p == input.v0.osv }'],
      ['v0.osv', 'v0.package'],
    ],
    [
      'variables that are compared with what is empty',
      ['match if { p := input.v0["package"]; p.size; p == {} }'],
      ['v0.package.?', 'v0.package.size'],
    ],
    ['imports', ['import input.v0.package as pkg', 'match if pkg.name == "x"'], ['v0.package.name']],
    ['arguments of functions', ['match if f(input.v0.package)', 'f(p) if p.size > 1'], ['v0.package.size']],
    [
      'arguments that are the same',
      ['match if f(input.v0.package, input.v0.osv)', 'f(p, p) if p.size > 1'],
      ['v0.osv', 'v0.package'],
    ],
    [
      'arguments that are compared with a pattern',
      ['match if f(input.v0.package)', 'f({"size": x}) if x > 1'],
      ['v0.package.?', 'v0.package.size'],
    ],
    ['functions of functions', ['match if f(input.v0)', 'f(x) if g(x.package)', 'g(p) if p.name'], ['v0.package.name']],
    [
      'functions of what they do not look at',
      ['match if f(input.v0)', 'f(x) if g(x.package)', 'g(_) if true'],
      ['v0.package.?'],
    ],
    ['all of the input as an argument', ['match if f(input)', 'f(x) if x.v0.a == 1'], ['v0.a']],
    [
      'all below what a rule hands out',
      ['vulns := input.v0.vulnerabilities', 'match if { some v in vulns; v.severity == "HIGH" }'],
      ['v0.vulnerabilities'],
    ],
    ['all below what a built-in gets', ['match if { walk(input.v0.package, [_, "x"]) }'], ['v0.package']],
    [
      'only the number of elements, when they are counted',
      ['match if count(input.v0.vulnerabilities) > 3'],
      ['v0.vulnerabilities.?'],
    ],
    ['members chosen at run time', ['match if { some k; input.v0.package[k] == 1 }'], ['v0.package.*']],
    ['object.get', ['match if object.get(input.v0.package, "name", "") == "x"'], ['v0.package.name']],
    [
      'comprehensions',
      ['match if count({v.identifier | some v in input.v0.vulnerabilities}) > 1'],
      ['v0.vulnerabilities.?', 'v0.vulnerabilities.identifier'],
    ],
    ['templates', ['match := $"{input.v0.package.name}" == "x"'], ['v0.package.name']],
    [
      'else, with and indexes',
      ['match if false else := true if input.v0.osv[input.v0.package.size] with input.v0 as input.v1.z'],
      ['v1.z.osv.*', 'v1.z.package.size'],
    ],
    ['a member with a dot in its name', ['match if input.v0.upstream["a.b"] == 1'], ['v0.upstream.*']],
    ['a member that is called like a sign', ['match if input.v0.upstream["?"].x == 1'], ['v0.upstream.*.x']],
    [
      'either of two conditions',
      ['import future.keywords.or', 'match if { input.v0.package.name == "x" or input.v0.package.format == "npm" }'],
      ['v0.package.format', 'v0.package.name'],
    ],
    [
      'what is denied as a whole',
      ['import future.keywords.not', 'match if not { input.v0.package.name == "x"; input.v1.x }'],
      ['v0.package.name', 'v1.x'],
    ],
    [
      'what is denied under the wildcard import',
      ['import future.keywords', 'match if not input.v0.package.name == "x"'],
      ['v0.package.name'],
    ],
    [
      'a name that is shadowed',
      ['import input.v0 as known', 'match if { known := input.v1; known.a == 1 }', 'also if known.package.name == "x"'],
      ['v0.package.name', 'v1.a'],
    ],
    [
      'a variable that is called like a rule',
      ['match if { some texts in input.v0.vulnerabilities; texts.severity == "HIGH" }', 'texts := 1'],
      ['v0.vulnerabilities.?', 'v0.vulnerabilities.severity'],
    ],
    [
      'a function in the place of another',
      ['match if f(input.v0) with f as g', 'f(x) if x.a == 1', 'g(x) if x.b == 1'],
      ['v0.b'],
    ],
    [
      'a function in the place of a built-in',
      ['match if f(input.v0) with count as g', 'f(x) if count(x.a) == 1', 'g(x) := x.b'],
      ['v0.a.b'],
    ],
    ['a value in the place of a function', ['match if f(1) == 2 with f as input.v0.x', 'f(x) := x'], ['v0.x']],
    [
      'a member in the place of another, and what is beside it',
      ['match if flag(1) with input.v0.a as input.v1.x', 'flag(_) if { input.v0.a.m == 1; input.v0.b == 2 }'],
      ['v0.b', 'v1.x.m'],
    ],
    [
      'another document in the place of all',
      ['match if flag(1) with input as {"v0": input.v1.x}', 'flag(_) if { input.v0.a == 1; input.v1.b == 2 }'],
      ['v1.x.a'],
    ],
    [
      'collections that are built and taken apart',
      ['match if { o := {"a": input.v0.x, "b": [input.v0.y]}; o.a.m == 1; o.b[_].n == 2 }'],
      ['v0.x.m', 'v0.y.n'],
    ],
    [
      'elements that a comprehension picks',
      [
        'match if { some v in high; v.title == "x" }',
        'high := [v | some v in input.v0.vulnerabilities; v.severity == "HIGH"]',
        'default high := []',
      ],
      ['v0.vulnerabilities'],
    ],
    [
      'object.get along a path',
      ['match if object.get(input, ["v0", "package", "name"], "") == "x"'],
      ['v0.package.name'],
    ],
    [
      'object.get by what the input says',
      ['match if object.get(input.v0.package, input.v1.x, "") == "x"'],
      ['v0.package', 'v1.x'],
    ],
    [
      'members by names of a list',
      ['match if { some name in ["name", "format"]; input.v0["package"][name] == "x" }'],
      ['v0.package.format', 'v0.package.name'],
    ],
    ['json.filter', ['match if json.filter(input.v0.package, ["name"]).name == "x"'], ['v0.package']],
    ['which kind of value there is', ['match if is_object(input.v0.package)'], ['v0.package.?']],
    [
      'rules that are found at run time',
      [
        'match if { some name in ["a", "b"]; data.cloudsmith.by[name] == 1 }',
        'by.a := input.v0.x',
        'by.b := input.v0.y',
      ],
      ['v0.x', 'v0.y'],
    ],
    ['everything', ['match if json.marshal(input) == "x"'], ['*']],
    ['nothing', ['match := true'], []],
  ];

  it.each(cases)('follows %s', async (_, rules, expected) => {
    expect((await readsOf(...rules)).inputPaths).toEqual(expected);
  });

  it('knows whether the clock is read', async () => {
    expect((await readsOf('match if time.now_ns() > 1')).clock).toBe(true);
    expect((await readsOf('match if time.parse_rfc3339_ns("x") > 1')).clock).toBe(false);
  });

  it('does not take a clock that is replaced for the clock', async () => {
    expect((await readsOf('match if old with time.now_ns as 1', 'old if time.now_ns() > 5')).clock).toBe(true);
    expect((await readsOf('match if f(2) with time.now_ns as 1', 'f(x) if time.now_ns() > x')).clock).toBe(false);
  });

  it.each([
    ['statement', { type: 'FutureStmt', stmt: {} }],
    ['operand', { type: 'AssignVarStmt', stmt: { source: { type: 'future', value: 1 }, target: 2 } }],
  ])('takes everything to be read where the plan has a %s that is not known', (_, statement) => {
    const plan = {
      static: {},
      funcs: {},
      plans: { plans: [{ name: 'p', blocks: [{ stmts: [statement] }] }] },
    } as unknown as Plan;
    expect(findReads(plan, 'p').reads).toEqual({ analysis: 2, inputPaths: ['*'], clock: true, builtins: [] });
  });

  it('comes to an end where names are used twice', async () => {
    const reads = await readsOf(
      'match if { x := input.v0; y := x.a; y } else := false if { y := input.v1; x := y.b; x }',
    );
    expect(readsPath(reads, 'v0.a')).toBe(true);
    expect(readsPath(reads, 'v1.b')).toBe(true);
  });
});

describe('whether a change can matter', () => {
  const reads = (...inputPaths: readonly string[]) => ({ inputPaths, clock: false, builtins: [] });

  it.each([
    ['v0.vulnerabilities.epss.score', 'v0.vulnerabilities.epss.score', true],
    ['v0.vulnerabilities.epss', 'v0.vulnerabilities.epss.score', true],
    ['v0.vulnerabilities.epss.score', 'v0.vulnerabilities', true],
    ['v0.vulnerabilities.*.score', 'v0.vulnerabilities.epss.score', true],
    ['v0.vulnerabilities.*.score', 'v0.vulnerabilities.score', true],
    ['v0.vulnerabilities.severity', 'v0.vulnerabilities.epss.score', false],
    ['v0.vulnerabilities.?', 'v0.vulnerabilities.epss.score', false],
    ['v0.vulnerabilities.?', 'v0.vulnerabilities', true],
    ['v0.package.license', 'v0.vulnerabilities', false],
    ['*', 'v0.anything', true],
    ['v1.kev', 'v0.kev', false],
    ['v1.kev', '', true],
    ['v1.?', '', true],
  ])('a policy that reads %s, when %s changes: %s', (read, changed, expected) => {
    expect(readsPath(reads(read), changed)).toBe(expected);
  });

  it('is never so for a policy that reads nothing', () => {
    expect(readsPath(reads(), 'v0')).toBe(false);
    expect(readsPath(reads(), '')).toBe(false);
  });
});
