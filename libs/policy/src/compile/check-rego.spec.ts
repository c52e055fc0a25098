import { beforeAll, describe, expect, it, vi } from 'vitest';
import { hostilePolicies } from '../testing/hostile-policies.js';
import { compilerForTests, compilerTimeout } from '../testing/native-opa.js';
import { oraclePolicies, seedPolicy } from '../testing/oracle-policies.js';
import { checkRego } from './check-rego.js';
import type { OpaCompiler } from './opa-compiler.js';

vi.setConfig({ testTimeout: 60_000 });

let opa: OpaCompiler;
beforeAll(async () => {
  opa = await compilerForTests();
}, compilerTimeout);

const check = (text: string) => checkRego(opa, text);
const policy = (...lines: readonly string[]) =>
  ['package cloudsmith', '', 'default match := false', ...lines, ''].join('\n');
const codesOf = async (text: string) =>
  (await check(text)).findings.map(({ severity, code, line, column }) => [severity, code, line, column]);

describe('checking a policy as it is saved', () => {
  it('accepts the seed policy without a remark', async () => {
    expect(await check(seedPolicy)).toEqual({ valid: true, findings: [] });
  });

  it('accepts every policy that the engine is tested with', async () => {
    const { no_boolean, ...others } = hostilePolicies;
    expect((await check(no_boolean)).findings).toMatchObject([{ severity: 'error', code: 'match_not_boolean' }]);
    for (const text of [...Object.values(oraclePolicies), ...Object.values(others)]) {
      expect((await check(text)).findings.filter(({ severity }) => severity === 'error')).toEqual([]);
    }
  });

  it('tells line and column of a syntax error', async () => {
    const report = await check(policy('match if {', '  x := ', '}'));
    expect(report).toEqual({
      valid: false,
      findings: [{ severity: 'error', code: 'rego_parse_error', message: 'unexpected } token', line: 6, column: 1 }],
    });
  });

  it('names a refused built-in and why it is refused', async () => {
    const report = await check(policy('match if http.send({"method": "get", "url": "x"}).status_code == 200'));
    expect(report.valid).toBe(false);
    expect(report.findings[0]).toMatchObject({ code: 'refused_builtin', line: 4, column: 10 });
    expect(report.findings[0]?.message).toBe(
      'the built-in http.send is refused: a policy sees its input and nothing else, so that its decision can be replayed',
    );
  });

  it.each([
    'net.lookup_ip_addr("x")',
    'opa.runtime()',
    'rand.intn("a", 2)',
    'uuid.rfc4122("k")',
    'trace("x")',
    'io.jwt.decode("x")',
  ])('refuses %s', async (call) => {
    expect((await check(policy(`match if ${call}`))).findings[0]).toMatchObject({
      severity: 'error',
      code: 'refused_builtin',
    });
  });

  it('leaves a misspelt function to OPA', async () => {
    const report = await check(policy('match if startwith("a", "b")'));
    expect(report.findings[0]).toMatchObject({ code: 'rego_type_error', message: 'undefined function startwith' });
  });

  it("holds to OPA's strict mode", async () => {
    expect(await codesOf(policy('match if { unused := 1; input.v0.package.name }'))).toContainEqual([
      'error',
      'rego_compile_error',
      4,
      12,
    ]);
  });

  it('wants a rule match', async () => {
    expect(await codesOf('package cloudsmith\n\ndeny if input.v0.package.name == "x"\n')).toEqual([
      ['error', 'missing_match', 1, 1],
    ]);
    expect(await codesOf('package cloudsmith\n\nmatch(x) := x\n')).toEqual([['error', 'missing_match', 3, 1]]);
  });

  it('warns of another package, and of nothing else in it', async () => {
    expect(await codesOf('package team.policies\n\nmatch if input.v0.package.name == "x"\n')).toEqual([
      ['warning', 'package_name', 1, 1],
    ]);
  });

  it('refuses data that is not there at evaluation, and any way to the parameters of others', async () => {
    expect(await codesOf(policy('match if data.users[_] == "x"'))).toEqual([
      ['error', 'refused_data_reference', 4, 10],
    ]);
    expect(await codesOf(policy('match if data.weir.p_other.parameters.secret'))).toEqual([
      ['error', 'refused_data_reference', 4, 10],
    ]);
    expect(await codesOf(policy('match if { some name; data[name].secret }'))).toContainEqual([
      'error',
      'refused_data_reference',
      4,
      23,
    ]);
  });

  it('accepts parameters however they are reached', async () => {
    const text = [
      'package cloudsmith',
      'import data.parameters',
      'match if parameters.a > data.parameters["b"]',
      'x := data.cloudsmith.y',
      'y := 1',
      '',
    ].join('\n');
    expect(await check(text)).toEqual({ valid: true, findings: [] });
  });

  it('warns of a member that packages do not have, as in a policy that would always match', async () => {
    const report = await check(policy('match if not input.v0["package"].signed'));
    expect(report).toEqual({
      valid: true,
      findings: [
        {
          severity: 'warning',
          code: 'unknown_input_path',
          message: 'input.v0.package.signed is not in the documented input, so it is undefined for every package',
          line: 4,
          column: 34,
        },
      ],
    });
  });

  it('warns of a member that vulnerabilities do not have, through variables and functions', async () => {
    const text = policy(
      'match if { some vuln in input.v0.vulnerabilities; risky(vuln) }',
      'risky(v) if v["epss_score"] > 0.5',
      'match if { every v in input.v0.vulnerabilities { v.epss.scores > 1 } }',
    );
    const report = await check(text);
    expect(report.valid).toBe(true);
    expect(report.findings.map(({ message, line }) => [message.split(' ')[0], line])).toEqual([
      ['input.v0.vulnerabilities.epss_score', 5],
      ['input.v0.vulnerabilities.epss.scores', 6],
    ]);
  });

  it('refuses a member that v1 does not have, through variables too', async () => {
    const report = await check(
      policy(
        'match if input.v1.packge.name == "x"',
        'match if { some v in input.v1.vulnerabilities; v.kev.dueDte != null }',
      ),
    );
    expect(report.valid).toBe(false);
    expect(report.findings.map(({ severity, code, message }) => [severity, code, message.split(' ')[0]])).toEqual([
      ['error', 'unknown_input_path', 'input.v1.packge'],
      ['error', 'unknown_input_path', 'input.v1.vulnerabilities.kev.dueDte'],
    ]);
  });

  it('knows VulnerabilityID and the members of v1, and lets free-form members alone', async () => {
    const text = policy(
      'match if { some v in input.v0.vulnerabilities; v.VulnerabilityID == v.identifier }',
      'match if { some v in input.v1.vulnerabilities; v.cvss.v4[_].score > 9; input.v1.freshness.osv.loadedAt != "" }',
      'match if input.v1["package"].digests.sha256 == "x"',
      'match if input.v0.security_scan[_].Vulnerabilities[_].VulnerabilityID',
      'match if input.v0.vulnerabilities[_].cvss.nvd.V3Score > 9',
    );
    expect(await check(text)).toEqual({ valid: true, findings: [] });
  });

  it('refuses a text of more than a million characters before OPA sees it', async () => {
    expect(await codesOf(`package cloudsmith\n# ${'x'.repeat(1_000_000)}`)).toEqual([
      ['error', 'policy_too_long', 0, 0],
    ]);
  });
});
