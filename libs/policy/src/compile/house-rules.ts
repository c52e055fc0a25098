import type { Finding } from './check-report.js';
import type { Location, RegoModule, Rule, Term } from './rego-ast.js';
import { everyTerm, packagePath, rulePath } from './rego-ast.js';

/** A remark on a place of the text. */
export const finding = (
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

const types: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  null: 'null',
  array: 'a list',
  object: 'an object',
  set: 'a set',
};

/** The values that a rule, with what follows by `else`, gives as they stand in the text. */
const valuesOf = (rule: Rule): readonly Term[] => [
  ...(rule.head.value === undefined ? [] : [rule.head.value]),
  ...(rule.else === undefined ? [] : valuesOf(rule.else)),
];

const needsBoolean = 'it must be true or false, such as "match if count(reason) > 0"';

/** `match` is one value, true or false: neither a set nor an object, nor anything else. */
export const checkMatch = (module: RegoModule): readonly Finding[] =>
  (module.rules ?? [])
    .filter((rule) => rulePath(rule)[0] === 'match' && rule.head.args === undefined)
    .flatMap((rule) => {
      const at = rule.location ?? rule.head.ref[0]?.location;
      if (rule.head.key !== undefined && rule.head.ref.length === 1)
        return [finding('error', 'match_not_boolean', `match is a set of values here: ${needsBoolean}`, at)];
      if (rule.head.ref.length > 1)
        return [finding('error', 'match_not_boolean', `match is an object here: ${needsBoolean}`, at)];
      return valuesOf(rule).flatMap((value) => {
        const what = types[value.type];
        return what === undefined
          ? []
          : [finding('error', 'match_not_boolean', `match is ${what} here: ${needsBoolean}`, value.location ?? at)];
      });
    });

/** A constant, or null for what is worked out. */
const constantOf = ({ head, ...rule }: Rule): string | null =>
  head.value?.type === 'boolean' && rule.else === undefined ? String(head.value.value) : null;

/** What contradicts itself for a package for which both hold is an error there, and no answer. */
export const checkContradictions = (module: RegoModule): readonly Finding[] => {
  const [first, ...others] = (module.rules ?? []).filter(
    (rule) => rule.default !== true && rulePath(rule).join('.') === 'match' && rule.head.args === undefined,
  );
  const other = others.find((rule) => constantOf(rule) === null || constantOf(rule) !== (first && constantOf(first)));
  if (first === undefined || other === undefined) return [];
  const said = (rule: Rule): string => constantOf(rule) ?? 'worked out';
  const message = `match is ${said(other)} here and ${said(first)} in line ${first.location?.row ?? 0}: where both hold and differ, the answer is an error. Join them by else, or name the exception and negate it`;
  return [finding('warning', 'rules_may_conflict', message, other.location)];
};

/** A reason is a text for each cause, in a set or a list. */
export const checkReason = (module: RegoModule): readonly Finding[] =>
  (module.rules ?? [])
    .filter((rule) => rulePath(rule)[0] === 'reason')
    .flatMap(({ head, location }) => {
      const message = 'say it as "reason contains msg if { ... }"';
      if (head.args !== undefined)
        return [
          finding(
            'warning',
            'reason_not_read',
            `reason is a function, and no reason is read from it: ${message}`,
            location,
          ),
        ];
      const isText = !(
        head.ref.length === 1 &&
        head.key === undefined &&
        ['boolean', 'number', 'null'].includes(head.value?.type ?? '')
      );
      return isText ? [] : [finding('warning', 'reason_no_text', `reason is no text: ${message}`, location)];
    });

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
