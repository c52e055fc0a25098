import { clock, DAY, HOUR, instant, NAMES, timeless, type Terms } from './clock-terms.js';
import type { Chance, Json } from './random-cases.js';
import { randomOneWayPolicy } from './random-one-way-policy.js';

const HOUR_MS = 3_600_000;

/** Around them clocks are put back and forth somewhere, or nothing happens. */
const DAYS = ['2026-08-02', '2026-03-28', '2026-10-24', '2026-04-04', '2026-12-31'];
const ZONES = ['UTC', 'Europe/Berlin', 'Asia/Kathmandu', 'America/St_Johns', 'Australia/Lord_Howe', 'America/New_York'];

/** A policy that looks at the clock, and what it is judged with. */
export interface ClockCase {
  readonly rego: string;
  /** By the way it is made, it can change in one direction only. */
  readonly isOneWay: boolean;
  readonly parameters: { readonly [name: string]: Json };
  readonly documents: readonly Json[];
  readonly from: number;
  /** All instants, within what is looked at, at which it may change what it says, but for whole quarter-hours. */
  readonly boundaries: readonly number[];
}

/** The same for the same chance. Whatever instants it names, it compares the clock with them by whole hours of distance. */
export const randomClockCase = (chance: Chance): ClockCase => {
  const from = Date.parse(`${chance.pick(DAYS)}T00:00:00Z`) + chance.below(24 * HOUR_MS);
  const literals = [1, 2].map(() => instantAbout(chance, from));
  const freeze = instantAbout(chance, from);
  const documents = [1, 2].map(() => documentAbout(chance, from));
  let variables = 0;
  const isOneWay = chance.happens(0.5);
  const rego = (isOneWay ? randomOneWayPolicy : policyOf)({
    chance,
    literal: () => `${chance.pick(literals)}000000`,
    next: () => `v${(variables += 1)}`,
  });
  const named = [...literals, freeze, ...documents.flatMap(instantsIn)];
  return {
    rego,
    isOneWay,
    parameters: { freeze: rfc3339(freeze), enabled: chance.happens(0.5), most: chance.below(3) },
    documents,
    from,
    boundaries: [...new Set(named.flatMap((instant) => hoursFrom(instant, from)))].sort((a, b) => a - b),
  };
};

/** Mostly within the day ahead; some at whole seconds or hours. */
const instantAbout = (chance: Chance, from: number): number => {
  const instant = from + Math.floor((chance.next() * 60 - 18) * HOUR_MS);
  const unit = chance.pick([1, 1000, 1000, HOUR_MS]);
  return Math.ceil(instant / unit) * unit;
};

const rfc3339 = (instant: number): string => new Date(instant).toISOString();

const documentAbout = (chance: Chance, from: number): Json => {
  const instant = (): Json => (chance.happens(0.1) ? 'unknown' : rfc3339(instantAbout(chance, from)));
  return {
    v0: {
      package: { name: chance.pick(['lodash', 'x']), size: chance.below(3) },
      flag: chance.happens(0.6),
      times: Object.fromEntries(NAMES.filter(() => chance.happens(0.9)).map((name) => [name, instant()])),
      vulnerabilities: chance.listOf(3, () => ({ published_date: instant(), severity: chance.pick(['HIGH', 'LOW']) })),
    },
    v1: {},
  };
};

const instantsIn = (part: Json): readonly number[] => {
  if (typeof part === 'string') return Number.isNaN(Date.parse(part)) ? [] : [Date.parse(part)];
  return part !== null && typeof part === 'object'
    ? Object.values(part as Readonly<Record<string, Json>>).flatMap(instantsIn)
    : [];
};

/** All instants of the day after `from` that lie whole hours from one. */
const hoursFrom = (instant: number, from: number): readonly number[] => {
  const first = instant + Math.ceil((from - instant) / HOUR_MS) * HOUR_MS;
  return Array.from({ length: 24 }, (_, index) => first + index * HOUR_MS);
};

const order = ({ chance }: Terms): string => chance.pick(['>', '>=', '<', '<=']);

/** A comparison of the clock that is true on one side of one instant. */
const limit = (terms: Terms): string => {
  const { chance } = terms;
  const [now, other] = [clock(terms), instant(terms)];
  return chance.pick([
    `${now} ${order(terms)} ${other}`,
    `${other} ${order(terms)} ${now}`,
    `${now} - ${other} ${order(terms)} ${chance.pick(['0', '2', '-3'])} * ${HOUR}`,
    `${other} - ${now} ${order(terms)} ${chance.pick(['1', '5'])} * ${HOUR}`,
    `floor((${now} - ${other}) / ${chance.pick([HOUR, DAY])}) ${order(terms)} ${chance.pick(['0', '1', '3', 'data.parameters.most', 'input.v0.package.size'])}`,
    `(${now} - ${other}) * ${chance.pick(['2', '-1', 'data.parameters.most'])} ${order(terms)} 0`,
    `min([${now}, ${other}]) == ${other}`,
    `${now} ${order(terms)} ${other} + data.parameters.most * ${HOUR}`,
  ]);
};

const calendar = (terms: Terms): string => {
  const { chance } = terms;
  const zoned = `[${clock(terms)}, "${chance.pick(ZONES)}"]`;
  const at = chance.pick(['time.now_ns()', zoned, zoned]);
  const hour = terms.next();
  return chance.pick([
    `[${hour}, _, _] := time.clock(${at}); ${hour} ${order(terms)} ${chance.below(24)}`,
    `time.clock(${at})[0] ${chance.pick(['==', '!=', '<'])} ${chance.below(24)}`,
    `time.weekday(${at}) in {"Saturday", "${chance.pick(['Sunday', 'Friday'])}"}`,
    `time.weekday(${at}) ${chance.pick(['==', '!='])} "Sunday"`,
    `[_, _, ${hour}] := time.date(${at}); ${hour} ${chance.pick(['==', '>', '<='])} ${chance.pick([1, 2, 3, 25])}`,
  ]);
};

/** What goes more than one way, or nobody knows how. */
const odd = (terms: Terms): string => {
  const { chance } = terms;
  const [now, other, held] = [clock(terms), instant(terms), terms.next()];
  return chance.pick([
    `abs(${now} - ${other}) ${order(terms)} 2 * ${HOUR}`,
    `floor((${now} - ${other}) / ${HOUR}) == ${chance.below(5)}`,
    `startswith(time.format(${now}), "2026-08-02")`,
    `floor((${now} - ${other}) / ${HOUR}) % 2 == 0`,
    `time.weekday(${now} - ${HOUR}) == "Sunday"`,
    `${held} := ${now} - ${other}; ${held} > 0; ${held} < 3 * ${HOUR}`,
    `json.marshal(${now} > ${other}) == "true"`,
    `[${now}, ${other}] ${order(terms)} [${instant(terms)}, 0]`,
    `(${now} > ${other}) == input.v0.flag`,
    `(${now} > ${other}) != (${now} > ${instant(terms)})`,
    `max({${now}, ${other}}) == ${other}`,
    `count({${now} > ${other}, ${now} > ${instant(terms)}}) == 1`,
    `sort([${now}, ${other}])[0] == ${other}`,
  ]);
};

/** Rules and functions of the policy that a condition may ask. */
const asked = (terms: Terms): string => {
  const { chance } = terms;
  const state = terms.next();
  return chance.pick([
    ...['first', 'second', 'third', 'not first', 'not second', 'not third', 'third == false', 'first == true'],
    `past(${instant(terms)})`,
    `not past(${instant(terms)})`,
    'chosen == false',
    'chosen',
    'not chosen',
    'enabled',
    'not enabled',
    `level ${chance.pick(['==', '!=', '>', '<', '>='])} ${chance.below(4)}`,
    'level',
    `count(ages) ${chance.pick(['==', '>', '<'])} ${chance.below(3)}`,
    '"old" in ages',
    'not "old" in ages',
    'ages == {"old"}',
    'count({"old", "new"} - ages) > 0',
    'ages["new"]',
    'by_name.x == 1',
    'by_name.y',
    'not by_name.y',
    'count(by_name) > 0',
    'size(input.v0.package.size)',
    'first with input.v0.flag as true',
    'not second with input.v0.times.a as data.parameters.freeze',
    'third with time.now_ns as 1785628800000000000',
    'past(5) with instant as other_instant',
    `some ${state} in [first, second]; ${state} == third`,
  ]);
};

const held = (terms: Terms): string => {
  const [variable, inner] = [terms.next(), limit(terms)];
  return terms.chance.pick([
    `${variable} := (${simpleLimit(terms)}); ${variable}`,
    `${variable} := (${simpleLimit(terms)}); not ${variable}`,
    `(${simpleLimit(terms)}) == false`,
    `{"a": ${simpleLimit(terms)}}.a`,
    `[${simpleLimit(terms)}, ${simpleLimit(terms)}][${terms.chance.pick(['0', '1', '_'])}]`,
    `object.get({"a": ${simpleLimit(terms)}}, "a", false)`,
    `count([1 | some ${variable} in input.v0.vulnerabilities; ${variable}.severity == "HIGH"; ${inner}]) ${terms.chance.pick(['> 0', '== 0', '< 2', '== 1'])}`,
    `count([1 | some ${variable} in input.v0.vulnerabilities; old(${variable})]) ${terms.chance.pick(['> data.parameters.most', '== 0', '< 2', '== 1'])}`,
    `some ${variable} in input.v0.vulnerabilities; old(${variable})`,
    `every ${variable} in input.v0.vulnerabilities { old(${variable}) }`,
    `every ${variable} in input.v0.vulnerabilities { ${variable}.severity != "LOW"; ${inner} }`,
    `some ${variable} in input.v0.vulnerabilities; not old(${variable})`,
    `sum([1 | some ${variable} in input.v0.vulnerabilities; old(${variable})]) > 1`,
  ]);
};

const simpleLimit = (terms: Terms): string => `${clock(terms)} ${order(terms)} ${instant(terms)}`;

/** How often what kind of condition is made: policies of one kind show best how that is told. */
type Taste = readonly ((terms: Terms, depth: number) => string)[];

const block = (terms: Terms, taste: Taste, depth: number): string =>
  `{ ${Array.from({ length: 1 + terms.chance.below(2) }, () => condition(terms, taste, depth)).join('; ')} }`;

const condition = (terms: Terms, taste: Taste, depth: number): string =>
  depth <= 0 || terms.chance.happens(0.6)
    ? terms.chance.pick(taste)(terms, depth)
    : terms.chance.pick([
        () => `not ${block(terms, taste, depth - 1)}`,
        () => `not ${block(terms, taste, depth - 1)}`,
        () => `${block(terms, taste, depth - 1)} or ${block(terms, taste, depth - 1)}`,
      ])();

const TASTES: readonly Taste[] = [
  [limit, limit, timeless],
  [limit, limit, timeless],
  [limit, held, timeless],
  [calendar, calendar, timeless],
  [limit, held, calendar, odd, timeless],
];

const withAsked = (taste: Taste): Taste => [...taste, asked, asked];

const policyOf = (terms: Terms): string => {
  const { chance } = terms;
  const taste = chance.pick(TASTES);
  const body = (): string => block(terms, taste, 1);
  const maybe = (share: number, ...lines: readonly string[]): readonly string[] => (chance.happens(share) ? lines : []);
  return [
    'package cloudsmith',
    'import future.keywords',
    ...maybe(0.8, 'default match := false'),
    `match if ${block(terms, withAsked(taste), 2)}`,
    ...maybe(0.4, `match if ${block(terms, withAsked(taste), 2)}`),
    ...maybe(0.1, `match := false if ${block(terms, taste, 1)}`),
    'current := time.now_ns()',
    'instant(name) := time.parse_rfc3339_ns(input.v0.times[name])',
    'other_instant(name) := 5',
    'until := instant("b") if input.v0.flag else := instant("c")',
    ...maybe(0.3, 'default past(_) := false'),
    `past(limit) if time.now_ns() ${order(terms)} limit`,
    `old(v) if ${chance.pick([`time.now_ns() > time.parse_rfc3339_ns(v.published_date)`, `{ v.severity == "HIGH"; ${simpleLimit(terms)} }`])}`,
    `first if ${body()}`,
    ...maybe(0.3, `first if ${body()}`),
    'default second := false',
    `second if ${body()}`,
    `third if ${body()} else := ${chance.pick(['false', 'true'])} if ${body()}`,
    ...maybe(0.5, 'default chosen := false'),
    `chosen := ${chance.pick(['true', 'false', simpleLimit(terms)])} if ${body()} else := ${chance.pick(['true', 'false', '"x"'])}`,
    `enabled if { ${timeless(terms)}; ${timeless(terms)} }`,
    ...maybe(0.3, `enabled if ${body()}`),
    `level := 1 if ${body()} else := ${chance.pick(['1', '2'])} if ${body()} else := 3`,
    `ages contains "old" if ${body()}`,
    `ages contains "${chance.pick(['new', 'old'])}" if ${body()}`,
    `by_name["x"] := 1 if ${body()}`,
    `by_name["y"] := 2 if ${body()}`,
    `size(n) if ${chance.pick(['n > 0', 'n == data.parameters.most', `time.now_ns() > ${terms.literal()} + n * ${HOUR}`])}`,
    ...maybe(0.15, `told := 1 if ${body()}`, `told := 2 if ${body()}`),
    ...maybe(0.1, `size(n) := false if ${body()}`),
    ...maybe(0.1, `by_name["x"] := 2 if ${body()}`),
  ].join('\n');
};
