import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Finding } from './check-report.js';
import { evalPartially, type Outcome } from './eval-partially.js';
import { finding } from './house-rules.js';
import type { OpaCompiler } from './opa-compiler.js';
import { packagePath, rulePath, type RegoModule, type Rule } from './rego-ast.js';
import { inScratchFolder } from './scratch-folder.js';

/** A policy to look through, with the parameters of a revision where they are known. */
export type CheckedPolicy = {
  readonly rego: string;
  readonly module: RegoModule;
  readonly parameters?: Readonly<Record<string, unknown>> | undefined;
};

/** Of longer policies single rules are not looked at: each costs a run of OPA. */
const MOST_RULES = 20;

const rulesOf = (module: RegoModule, name: string): readonly Rule[] =>
  (module.rules ?? []).filter((rule) => rulePath(rule)[0] === name && rule.head.args === undefined);

/**
 * What a policy can answer at all: OPA evaluates it with everything about the package unknown. A `match` that cannot be true
 * or false is an error; one that is the same for every package, or a rule that never holds, is a warning: it may be meant.
 */
export const checkOutcome = (opa: OpaCompiler, policy: CheckedPolicy): Promise<readonly Finding[]> => {
  const { rego, module, parameters } = policy;
  const files = {
    'policy.rego': rego,
    ...(parameters && { 'data.json': JSON.stringify({ parameters }) }),
  };
  return inScratchFolder(files, async (folder) => {
    const matches = rulesOf(module, 'match');
    const source = `data${packagePath(module)
      .map((name) => `[${JSON.stringify(name)}]`)
      .join('')}`;
    const ask = (query: string, file = 'policy.rego') => evalPartially(opa, { folder, file, query, parameters });
    const outcome = await ask(`${source}.match = true`);
    const whole = ofMatch(outcome, matches, parameters !== undefined);
    if (whole.some(({ severity }) => severity === 'error')) return whole;
    const ofRules = (await lookAtRules(policy, folder, source, ask)).filter(
      ({ severity }) => severity === 'error' || outcome.kind !== 'never',
    );
    return [...whole, ...ofRules, ...(outcome.kind === 'never' ? [] : await silentReason(module, source, ask))];
  });
};

const ofMatch = (outcome: Outcome, matches: readonly Rule[], isWithParameters: boolean): readonly Finding[] => {
  const at = (matches.find((rule) => rule.default !== true) ?? matches[0])?.location;
  const given = isWithParameters ? ' with these parameters' : '';
  switch (outcome.kind) {
    case 'type_error':
      return [finding('error', 'match_not_boolean', notBoolean(outcome.type), at)];
    case 'conflict':
      return [
        finding('error', 'rules_conflict', 'match is both true and false for every package: keep one of the rules', at),
      ];
    case 'never':
      return [
        finding(
          'warning',
          'never_matches',
          `match is true for no package${given}: the policy holds nothing. A condition in it can never hold`,
          at,
        ),
      ];
    case 'always':
      return [
        finding(
          'warning',
          'always_matches',
          `match is true for every package in scope${given}, whatever is known of it: if that is not meant, say when a package matches`,
          at,
        ),
      ];
    case 'sometimes':
    case 'unknown':
      return [];
    default:
      return outcome satisfies never;
  }
};

const notBoolean = (type: string): string =>
  `match is ${type === 'object' || type === 'array' ? 'an' : 'a'} ${type}: it must be true or false, such as "match if count(reason) > 0"`;

type Ask = (query: string, file?: string) => Promise<Outcome>;

/** Each rule of `match` alone: whether it is defined for any package, and whether it is true or false there. */
const lookAtRules = async (
  { rego, module }: CheckedPolicy,
  folder: string,
  source: string,
  ask: Ask,
): Promise<readonly Finding[]> => {
  const rules = rulesOf(module, 'match').filter((rule) => rule.default !== true);
  if (rules.length < 2 && rulesOf(module, 'match').length < 2) return [];
  if (rules.length > MOST_RULES) return [];
  const found: Finding[] = [];
  for (const [index, rule] of rules.entries()) {
    const file = `alone-${index}.rego`;
    await writeFile(join(folder, file), withoutOthers(rego, module, rule));
    const isTrue = await ask(`${source}.match = true`, file);
    if (isTrue.kind === 'type_error')
      found.push(finding('error', 'match_not_boolean', notBoolean(isTrue.type), rule.location));
    else if (isTrue.kind === 'never' && (await ask(`x = ${source}.match`, file)).kind === 'never')
      found.push(finding('warning', 'rule_never_holds', 'this rule of match holds for no package', rule.location));
  }
  return found;
};

/** The text in which of all rules of `match` one is left, every line in its place. */
const withoutOthers = (rego: string, module: RegoModule, kept: Rule): string => {
  const starts = (module.rules ?? []).map(({ location }) => location?.row ?? 0).sort((a, b) => a - b);
  const lines = rego.split('\n');
  for (const rule of rulesOf(module, 'match')) {
    const from = rule.location?.row ?? 0;
    if (rule === kept || from === kept.location?.row) continue;
    const next = starts.find((row) => row > from) ?? lines.length + 1;
    for (let row = from; row < next; row += 1) lines[row - 1] = '';
  }
  return lines.join('\n');
};

const silentReason = async (module: RegoModule, source: string, ask: Ask): Promise<readonly Finding[]> => {
  const [rule] = rulesOf(module, 'reason');
  if (rule === undefined) return [];
  const isList = rule.head.key !== undefined || rulePath(rule).length > 1;
  const outcome = await ask(isList ? `${source}.reason[_]` : `x = ${source}.reason`);
  if (outcome.kind !== 'never') return [];
  const message = 'reason is defined for no package: who is told no is not told why';
  return [finding('warning', 'reason_never_defined', message, rule.location)];
};
