import { beforeAll, describe, expect, it, vi } from 'vitest';
import { compileModule } from '../compile/compile-module.js';
import type { OpaCompiler } from '../compile/opa-compiler.js';
import { compilerForTests, compilerTimeout } from '../testing/native-opa.js';

vi.setConfig({ testTimeout: 60_000 });

let opa: OpaCompiler;
beforeAll(async () => {
  opa = await compilerForTests();
}, compilerTimeout);

const timeOf = async (...rules: readonly string[]) => {
  const imports = rules.filter((rule) => rule.startsWith('import'));
  const others = rules.filter((rule) => !rule.startsWith('import'));
  const rego = ['package cloudsmith', ...imports, 'default match := false', ...others].join('\n');
  return (await compileModule(opa, [{ id: 'p', rego }])).reads['p']?.time;
};

const now = 'now := time.now_ns()';
const at = (path: string) => `time.parse_rfc3339_ns(input.v0.${path})`;

/** A condition that `match` asks, and other rules. */
type Rules = readonly [string, ...(readonly string[])];

const ONE_WAY: readonly Rules[] = [
  [`{ time.now_ns() > ${at('from')} } or { time.now_ns() > ${at('until')} }`],
  [`{ time.now_ns() > ${at('from')} } or { input.v0.x }`],
  [`{ input.v0.x } or { time.now_ns() > ${at('from')} } or { time.now_ns() > ${at('until')} }`],
  ['not a', `a if { { time.now_ns() > ${at('from')} } or { data.parameters.b } }`],
  ['a', `a := false if input.v0.x else := true if time.now_ns() > ${at('from')}`],
  ['a', `a := false if time.now_ns() > ${at('from')} else := true`],
  ['not a', `a := true if time.now_ns() > ${at('from')} else := false`],
  ['"x" in ages', `ages contains "x" if time.now_ns() > ${at('from')}`, 'ages contains "y" if input.v0.y'],
  ['not a', `a if { time.now_ns() > ${at('from')}; object.get(data.parameters, "b", 3) > 2 }`],
];

const ANY_TIME: readonly Rules[] = [
  [`{ time.now_ns() > ${at('from')} } or { time.now_ns() < ${at('until')} }`],
  [`{ time.now_ns() > ${at('from')} } or { not a }`, `a if time.now_ns() > ${at('until')}`],
  ['a', `a := false if time.now_ns() > ${at('from')} else := true if time.now_ns() > ${at('until')}`],
  [`time.now_ns() in [${at('from')}, 5]`],
  [`"x" in [a]`, `a := "x" if time.now_ns() > ${at('from')} else := "y"`],
  ['a == false', `a := false if time.now_ns() > ${at('from')} else := true if time.now_ns() > ${at('until')}`],
  ['a', `a := true if time.now_ns() < ${at('from')} else := time.now_ns() > ${at('until')}`],
];

const withImport =
  (time: string) =>
  ([match, ...rules]: Rules): [string, string, readonly string[]] => [
    [match, ...rules].join(),
    time,
    ['import future.keywords', `match if { ${match} }`, ...rules],
  ];

describe('how time can change what a policy says', () => {
  it.each<[string, string | undefined, readonly string[]]>([
    ['no clock', undefined, ['match if input.v0.package.name == "x"']],
    ['a clock that is only told of', 'never', ['match if input.v0.x', 'at := time.now_ns()']],
    ['a limit', 'oneWay', [`match if time.now_ns() < ${at('until')}`]],
    ['an age', 'oneWay', [`match if age > 7 * 24 * 60 * 60 * 1000000000`, `age := time.now_ns() - ${at('from')}`]],
    [
      'an age in whole days, of some vulnerability',
      'oneWay',
      [
        'match if { some v in input.v0.vulnerabilities; days(v) >= 30 }',
        'days(v) := floor((time.now_ns() - time.parse_rfc3339_ns(v.published_date)) / (24 * 60 * 60 * 1000000000))',
      ],
    ],
    ['what is not old', 'oneWay', ['match if not old', `old if time.now_ns() > ${at('from')}`]],
    [
      'a rule with a default',
      'oneWay',
      ['match if old', 'default old := false', `old if time.now_ns() > ${at('from')}`],
    ],
    [
      'how many are old',
      'oneWay',
      [
        `match if count([v | some v in input.v0.vulnerabilities; ${now}; now > time.parse_rfc3339_ns(v.published_date)]) > 2`,
      ],
    ],
    ...ONE_WAY.map(withImport('oneWay')),
    ...ANY_TIME.map(withImport('anyTime')),
    ['a window', 'anyTime', [`match if { ${now}; now > ${at('from')}; now < ${at('until')} }`]],
    [
      'a window by denial',
      'anyTime',
      ['match if { a; not b }', `a if time.now_ns() > ${at('from')}`, `b if time.now_ns() > ${at('until')}`],
    ],
    [
      'a number that differs by time',
      'anyTime',
      ['match if limit > 3', `limit := 5 if time.now_ns() > ${at('from')} else := 4`],
    ],
    [
      'exactly so many',
      'anyTime',
      [
        `match if count([v | some v in input.v0.vulnerabilities; ${now}; now > time.parse_rfc3339_ns(v.published_date)]) == 2`,
      ],
    ],
    [
      'an age in whole days that is one number',
      'anyTime',
      [`match if floor((time.now_ns() - ${at('from')}) / 86400000000000) == 7`],
    ],
    ['weekdays', 'quarterHours', ['match if time.weekday(time.now_ns()) in {"Saturday", "Sunday"}']],
    [
      'office hours',
      'quarterHours',
      ['match if { [hour, _, _] := time.clock([time.now_ns(), "Europe/Berlin"]); hour >= 9; hour < 17 }'],
    ],
    ['not on weekends', 'quarterHours', ['match if not weekend', 'weekend if time.weekday(time.now_ns()) == "Sunday"']],
    ['minutes', 'anyTime', ['match if { [_, minute, _] := time.clock(time.now_ns()); minute < 30 }']],
    ['a date of another instant', 'anyTime', [`match if time.weekday(time.now_ns() - input.v0.shift) == "Sunday"`]],
    [
      'office hours or an age',
      'anyTime',
      ['match if { [hour, _, _] := time.clock(time.now_ns()); hour >= 9 }', `match if time.now_ns() > ${at('from')}`],
    ],
    ['text that tells of the time', 'anyTime', ['match if startswith(time.format(time.now_ns()), "2026")']],
    ['a slope of unknown direction', 'anyTime', [`match if (time.now_ns() - ${at('from')}) * input.v0.factor > 5`]],
    ['a clock that is replaced', undefined, ['match if old(1) with time.now_ns as 5', 'old(x) if time.now_ns() > x']],
    [
      'every',
      'oneWay',
      ['match if { every v in input.v0.vulnerabilities { time.now_ns() > time.parse_rfc3339_ns(v.published_date) } }'],
    ],
    [
      'a contradiction that time brings about',
      'anyTime',
      ['match if input.v0.x', `told := 1 if time.now_ns() > ${at('from')}`, 'told := 2 if input.v0.y'],
    ],
  ])('%s: %s', async (_what, time, rules) => {
    expect(await timeOf(...rules)).toBe(time);
  });
});
