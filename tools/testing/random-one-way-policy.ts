import { clock, DAY, HOUR, instant, timeless, type Terms } from './clock-terms.js';

/** Makes conditions that time makes true, or that time makes false: never both. */
type Way = 'rises' | 'falls';

const other = (way: Way): Way => (way === 'rises' ? 'falls' : 'rises');

const after = ({ chance }: Terms, way: Way): string => chance.pick(way === 'rises' ? ['>', '>='] : ['<', '<=']);

const limit = (terms: Terms, way: Way): string => {
  const { chance } = terms;
  const [now, at, order] = [clock(terms), instant(terms), after(terms, way)];
  return chance.pick([
    `${now} ${order} ${at}`,
    `${at} ${after(terms, other(way))} ${now}`,
    `${now} - ${at} ${order} ${chance.pick(['0', '2', '-3'])} * ${HOUR}`,
    `${now} - ${at} ${order} data.parameters.most * ${HOUR}`,
    `${at} - ${now} ${after(terms, other(way))} ${chance.pick(['1', '5'])} * ${HOUR}`,
    `floor((${now} - ${at}) / ${chance.pick([HOUR, DAY])}) ${order} ${chance.pick(['0', '1', '3', 'input.v0.package.size'])}`,
    `(${now} - ${at}) * 2 ${order} 0`,
  ]);
};

/** Of vulnerabilities: `old` is what rises. */
const ofMany = (terms: Terms, way: Way): string => {
  const variable = terms.next();
  const many = `some ${variable} in input.v0.vulnerabilities`;
  const each = `every ${variable} in input.v0.vulnerabilities`;
  const not = way === 'rises' ? '' : 'not ';
  return terms.chance.pick([
    `${many}; ${not}old(${variable})`,
    `${each} { ${not}old(${variable}) }`,
    `${each} { ${variable}.severity != "LOW"; ${limit(terms, way)} }`,
    `count([1 | ${many}; ${not}old(${variable})]) > ${terms.chance.pick(['0', 'data.parameters.most'])}`,
    `count([1 | ${many}; ${variable}.severity == "HIGH"; ${limit(terms, other(way))}]) ${terms.chance.pick(['== 0', '< 2', '<= data.parameters.most'])}`,
  ]);
};

const ASKED = ['up', 'late', 'chosen', 'any', 'first'];
const asked = (terms: Terms, way: Way): string => {
  const at = instant(terms);
  return terms.chance.pick(
    way === 'rises'
      ? [...ASKED, `past(${at})`, 'not down', 'not rejected', 'count(ages) > 0', '"old" in ages']
      : [...ASKED.map((name) => `not ${name}`), `not past(${at})`, 'down', 'rejected', 'count(ages) < 1'],
  );
};

type Makes = readonly ((terms: Terms, way: Way) => string)[];
const OF_VALUES: Makes = [limit, limit, ofMany, timeless];

const block = (terms: Terms, way: Way, makes: Makes, depth: number): string =>
  `{ ${Array.from({ length: 1 + terms.chance.below(2) }, () => condition(terms, way, makes, depth)).join('; ')} }`;

const condition = (terms: Terms, way: Way, makes: Makes, depth: number): string =>
  depth <= 0 || terms.chance.happens(0.6)
    ? terms.chance.pick(makes)(terms, way)
    : terms.chance.pick([
        () => `not ${block(terms, other(way), makes, depth - 1)}`,
        () => `${block(terms, way, makes, depth - 1)} or ${block(terms, way, makes, depth - 1)}`,
      ])();

/** A policy that time can change in one direction only, whatever it is judged with. */
export const randomOneWayPolicy = (terms: Terms): string => {
  const { chance } = terms;
  const way = chance.pick<Way>(['rises', 'falls']);
  const body = (of: Way): string => block(terms, of, OF_VALUES, 1);
  const match = (): string => `match if ${block(terms, way, [...OF_VALUES, asked, asked], 2)}`;
  const maybe = (...lines: readonly string[]): readonly string[] => (chance.happens(0.5) ? lines : []);
  return [
    'package cloudsmith',
    'import future.keywords',
    'default match := false',
    match(),
    ...maybe(match()),
    'current := time.now_ns()',
    'instant(name) := time.parse_rfc3339_ns(input.v0.times[name])',
    'until := instant("b") if input.v0.flag else := instant("c")',
    ...maybe('default past(_) := false'),
    `past(limit) if time.now_ns() ${after(terms, 'rises')} limit`,
    `old(v) if ${chance.pick(['time.now_ns() > time.parse_rfc3339_ns(v.published_date)', `{ v.severity == "HIGH"; ${limit(terms, 'rises')} }`])}`,
    `up if ${body('rises')}`,
    ...maybe(`up if ${body('rises')}`),
    'default down := false',
    `down if ${body('falls')}`,
    `late := ${clock(terms)} > ${instant(terms)}`,
    `chosen := true if ${body('rises')} else := false`,
    `any := true if ${body('rises')} else := true if ${body('rises')}`,
    `first := ${chance.pick(['true', 'false'])} if { ${timeless(terms)} } else := true if ${body('rises')}`,
    `rejected := false if ${body('rises')} else := true`,
    `ages contains "old" if ${body('rises')}`,
    `ages contains "older" if ${body('rises')}`,
  ].join('\n');
};
