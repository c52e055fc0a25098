import type { Finding } from './check-report.js';
import type { Location, RegoModule, Term } from './rego-ast.js';
import { everyTerm, packagePath, rulePath } from './rego-ast.js';

const finding = (
  severity: Finding['severity'],
  code: string,
  message: string,
  location: Location | undefined,
): Finding => ({ severity, code, message, line: location?.row ?? 0, column: location?.col ?? 0 });

const expectedPackage = 'cloudsmith';

/** Any package compiles; another than `cloudsmith` would not run elsewhere unchanged. */
export const checkPackage = (module: RegoModule): readonly Finding[] => {
  const name = packagePath(module).join('.');
  const { location } = module.package;
  if (name === 'parameters') {
    return [
      finding(
        'error',
        'refused_package',
        'package parameters is where data.parameters lives: choose another name',
        location,
      ),
    ];
  }
  if (name === expectedPackage) return [];
  return [
    finding('warning', 'package_name', `package ${name}: policies are usually in package ${expectedPackage}`, location),
  ];
};

/** A policy answers by its rule `match`, which is no function. */
export const checkRules = (module: RegoModule): readonly Finding[] => {
  const matches = (module.rules ?? []).filter((rule) => rulePath(rule).join('.') === 'match');
  if (matches.some(({ head }) => head.args === undefined)) return [];
  const message = 'the rule match is missing: start with "default match := false" and say when a package matches';
  return [finding('error', 'missing_match', message, matches[0]?.location ?? module.package.location)];
};

const isOwn = (names: readonly Term[], own: readonly string[]): boolean =>
  own.every((name, index) => names[index]?.type === 'string' && names[index]?.value === name);

/**
 * Of `data` only the parameters and the policy's own package are there at evaluation. A reference to anything else is
 * undefined for ever, so it is an error when the policy is saved.
 */
export const checkDataReferences = (module: RegoModule): readonly Finding[] => {
  const findings: Finding[] = [];
  everyTerm([module.imports ?? [], module.rules ?? []], (term) => {
    if (term.type !== 'ref' || !Array.isArray(term.value)) return;
    const [head, ...names] = term.value as readonly Term[];
    if (head?.type !== 'var' || head.value !== 'data') return;
    if (isOwn(names, ['parameters']) || isOwn(names, packagePath(module))) return;
    const message = "only data.parameters and the policy's own package are there when it is evaluated";
    findings.push(finding('error', 'refused_data_reference', message, head.location));
  });
  return findings;
};
