import type { Chance } from './random-cases.js';

export const HOUR = '3600000000000';
export const DAY = '(24 * 60 * 60 * 1000000000)';

/** Members of `input.v0.times`. */
export const NAMES = ['a', 'b', 'c'];

/** What the expressions of a policy that looks at the clock are made of. */
export interface Terms {
  readonly chance: Chance;
  /** An instant in nanoseconds. */
  readonly literal: () => string;
  /** A variable that is not used yet. */
  readonly next: () => string;
}

export const clock = ({ chance }: Terms): string => chance.pick(['time.now_ns()', 'time.now_ns()', 'current']);

export const instant = (terms: Terms): string => {
  const name = terms.chance.pick(NAMES);
  return terms.chance.pick([
    `time.parse_rfc3339_ns(input.v0.times.${name})`,
    `time.parse_rfc3339_ns(input.v0.times.${name})`,
    terms.literal(),
    'time.parse_rfc3339_ns(data.parameters.freeze)',
    `instant("${name}")`,
    'until',
    `time.parse_rfc3339_ns(object.get(input.v0.times, "${name}", data.parameters.freeze))`,
    `time.add_date(instant("${name}"), 0, 0, ${terms.chance.pick(['1', '-1'])})`,
  ]);
};

/** A condition that time does not change. */
export const timeless = ({ chance }: Terms): string =>
  chance.pick([
    'input.v0.flag',
    'not input.v0.flag',
    'input.v0.package.name == "lodash"',
    'data.parameters.enabled',
    'not data.parameters.enabled',
    'input.v0.package.size > 0',
    'count(input.v0.vulnerabilities) > data.parameters.most',
    'input.v0.times.a',
    'true',
  ]);
