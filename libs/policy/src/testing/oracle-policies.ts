import { readFileSync } from 'node:fs';

/** The seed's policy, byte for byte. */
export const seedPolicy = readFileSync(new URL('seed-policy.rego', import.meta.url), 'utf8');

const inPackage = (text: string): string => `package cloudsmith\n\n${text}\n`;

/** Policies whose answers native OPA and ours must agree on. Arrays built from sets or objects are sorted: see ADR 0011. */
export const oraclePolicies: Readonly<Record<string, string>> = {
  seed: seedPolicy,
  undefined_match: inPackage('match if input.v0.repository.name == "REPOSITORY-NAME"'),
  false_match: inPackage('default match := false\nmatch if input.v0.repository.name == "REPOSITORY-NAME"'),
  negated: inPackage('match if not input.v0.repository.name'),
  every_vulnerability: inPackage(
    'default match := false\nmatch if { count(input.v0.vulnerabilities) > 0; every v in input.v0.vulnerabilities { v.severity != "LOW" } }',
  ),
  reasons_set: inPackage(
    'default match := false\nmatch if count(reason) > 0\n' +
      'reason contains sprintf("%s has EPSS %v (%q)", [v.identifier, v.epss.score, v.title]) if { some v in input.v0.vulnerabilities; v.epss.score >= 0.2 }',
  ),
  reasons_object: inPackage(
    'default match := false\nmatch if count(reason) > 0\n' +
      'reason[msg] if { some i; v := input.v0.vulnerabilities[i]; v.severity in {"HIGH", "CRITICAL"}; msg := concat(" ", [v.identifier, v.severity]) }',
  ),
  age: inPackage(
    'default match := false\nage := time.now_ns() - time.parse_rfc3339_ns(input.v0.package.upstream_metadata.published_at)\n' +
      'match if age < time.parse_duration_ns("7d")\n' +
      'limit := time.add_date(time.now_ns(), 0, 0, -7)\nday := time.weekday(time.now_ns())',
  ),
  semver: inPackage(
    'default match := false\nmatch if semver.compare(input.v0.package.version, "1.2.3") < 0\nvalid := semver.is_valid(input.v0.package.version)',
  ),
  licence: inPackage(
    'default match := false\nid := upper(input.v0.package.license.oss_license.spdx_identifier)\n' +
      'match if regex.match(`(^|[^L])GPL`, id)\nmatch if strings.any_prefix_match(id, ["AGPL", "SSPL"])\nunknown if not id',
  ),
  functions: inPackage(
    'default match := false\nworst(vs) := max([s | some v in vs; some c in v.cvss; s := c.V3Score])\n' +
      'score := worst(input.v0.vulnerabilities)\nmatch if score >= 9\nband := "high" if score > 7 else := "medium" if score > 4 else := "low"',
  ),
  nested: inPackage(
    'match if some_tag["risky"]\nsome_tag[name] if { name := input.v0.package.tags[_].name }\n' +
      'by.severity[s] contains v.identifier if { some v in input.v0.vulnerabilities; s := v.severity; is_string(s) }\nby.count := count(input.v0.vulnerabilities)',
  ),
  numbers: inPackage(
    'match if input.v0.package.size > 9007199254740990\nlarge := input.v0.package.size + 9007199254740992\n' +
      'sized := units.parse_bytes("1.5MiB")\nshown := sprintf("%d|%v|%.2f", [input.v0.package.size, input.v0.package.size, 12.345])',
  ),
  walking: inPackage(
    'default match := false\nmatch if { walk(input, [path, value]); value == "CRITICAL"; count(path) > 2 }\n' +
      'texts := count({value | walk(input, [_, value]); is_string(value)})',
  ),
  patched: inPackage(
    'default match := false\nfixable contains v.identifier if { some v in input.v0.vulnerabilities; v.patched_versions }\n' +
      'empty contains v.identifier if { some v in input.v0.vulnerabilities; v.patched_versions == [] }\nmatch if count(fixable) > 1',
  ),
  parameters: inPackage(
    'import data.parameters\n\ndefault match := false\nmatch if { some v in input.v0.vulnerabilities; v.epss.score >= parameters.epss }\n' +
      'limit := data.parameters["epss"]\nmissing := data.parameters.missing\nall := data.parameters',
  ),
  replaced: inPackage(
    'default match := false\nrisky if input.v0.package.name == "left-pad"\nmatch if risky with input.v0.package.name as "left-pad"\nactual if risky',
  ),
  templates: inPackage(
    'match := true\ntext := $"{input.v0.package.name} at {input.v0.package.version} and {data.parameters.epss}"',
  ),
};
