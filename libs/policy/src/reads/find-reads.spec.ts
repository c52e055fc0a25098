import { beforeAll, describe, expect, it, vi } from 'vitest';
import type { OpaCompiler } from '../compile/opa-compiler.js';
import { parseRego } from '../compile/parse-rego.js';
import { inScratchFolder } from '../compile/scratch-folder.js';
import { compilerForTests, compilerTimeout } from '../testing/native-opa.js';
import { findReads } from './find-reads.js';
import { readsPath } from './reads-path.js';

vi.setConfig({ testTimeout: 60_000 });

let opa: OpaCompiler;
beforeAll(async () => {
  opa = await compilerForTests();
}, compilerTimeout);

const readsOf = (...rules: readonly string[]) =>
  inScratchFolder({ 'policy.rego': ['package cloudsmith', ...rules].join('\n') }, async (folder) => {
    const module = await parseRego(opa, folder, 'policy.rego');
    if ('refused' in module) throw new Error(JSON.stringify(module.refused));
    return findReads(module).reads;
  });

describe('what a policy reads', () => {
  const cases: readonly (readonly [string, readonly string[], readonly string[]])[] = [
    ['a plain path', ['match if input.v0.repository.name == "x"'], ['v0.repository.name']],
    [
      'elements of a list by any index',
      ['match if input.v0.vulnerabilities[_].epss.score > 1'],
      ['v0.vulnerabilities.epss.score'],
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
      ['match if { p := input.v0["package"]; p.size; p == {} }'],
      ['v0.package', 'v0.package.size'],
    ],
    ['imports', ['import input.v0.package as pkg', 'match if pkg.name == "x"'], ['v0.package.name']],
    ['arguments of functions', ['match if f(input.v0.package)', 'f(p) if p.size > 1'], ['v0.package.size']],
    [
      'arguments that are the same',
      ['match if f(input.v0.package, input.v0.osv)', 'f(p, p) if p.size > 1'],
      ['v0.osv', 'v0.osv.size', 'v0.package', 'v0.package.size'],
    ],
    [
      'arguments that are compared with a pattern',
      ['match if f(input.v0.package)', 'f({"size": x}) if x > 1'],
      ['v0.package'],
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
      ['v0.osv', 'v0.package.size', 'v1.z'],
    ],
    ['a member with a dot in its name', ['match if input.v0.upstream["a.b"] == 1'], ['v0.upstream.a.b']],
    ['a member that is called like a sign', ['match if input.v0.upstream["?"].x == 1'], ['v0.upstream.*.x']],
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
