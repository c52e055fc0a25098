import type { Finding } from './check-report.js';
import { packagePath, rulePath, type Location, type RegoModule, type Term } from './rego-ast.js';

type With = { readonly target: Term };

const everyWith = (node: unknown, visit: (withs: readonly With[]) => void): void => {
  if (typeof node !== 'object' || node === null) return;
  if ('with' in node && Array.isArray(node.with)) visit(node.with as readonly With[]);
  for (const child of Object.values(node)) everyWith(child, visit);
};

const namesOf = ({ target }: With): readonly string[] =>
  Array.isArray(target.value) ? (target.value as readonly Term[]).map(({ value }) => String(value)) : [];

const functionsOf = (module: RegoModule): readonly string[] =>
  (module.rules ?? [])
    .filter(({ head }) => head.args !== undefined)
    .map((rule) => ['data', ...packagePath(module), ...rulePath(rule)].join('.'));

/**
 * Where `with` replaces something in Wasm that is not what stands there, because a function is replaced before it. OPA's
 * planner (planWithRec of OPA 1.22.2) plans what is no function, and then takes the root, `input` or `data`, from the
 * modifier of the same number among all of them; a built-in counts as `input` there. `modules`: the text, and those whose
 * functions it may replace.
 */
export const misplacedWiths = (module: RegoModule, modules: readonly RegoModule[] = [module]): readonly Location[] => {
  const functions = new Set(modules.flatMap(functionsOf));
  const isFunction = (one: With): boolean => {
    const names = namesOf(one);
    return !['input', 'data'].includes(names[0] ?? '') || functions.has(names.join('.'));
  };
  const found: Location[] = [];
  everyWith(module.rules ?? [], (withs) => {
    const planned = withs.filter((one) => !isFunction(one));
    const mistaken = planned.find((one, index) => {
      const taken = withs[index];
      return taken !== undefined && (namesOf(taken)[0] === 'data') !== (namesOf(one)[0] === 'data');
    });
    if (mistaken) found.push((mistaken.target.value as readonly Term[])[0]?.location ?? { row: 0, col: 0 });
  });
  return found;
};

/** Refused, because the engine would answer otherwise than OPA does. */
export const checkWithOrder = (module: RegoModule): readonly Finding[] =>
  misplacedWiths(module).map(({ row, col }) => ({
    severity: 'error',
    code: 'refused_with_order',
    message:
      'OPA replaces something else in Wasm, because a function is replaced before this: let "with" of a function stand last',
    line: row,
    column: col,
  }));
