import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { OpaCompiler } from '../compile/opa-compiler.js';
import type { PolicyEngine } from '../engine/policy-engine.js';
import { engineFor, fixedNanos, fixedNow, judge } from '../testing/engine-for-tests.js';
import { compilerForTests, compilerTimeout, evalNatively } from '../testing/native-opa.js';
import { hostBuiltIns } from './host-built-ins.js';

vi.setConfig({ testTimeout: 60_000 });

const t = '1785666030123456789';
const ny = `[${t}, "America/New_York"]`;

/** Expressions whose value native OPA tells; `undefined` there must be undefined here. */
const expressions: readonly string[] = [
  // sprintf
  ...[
    '%v',
    '%d',
    '%s',
    '%q',
    '%x',
    '%t',
    '%5d|',
    '%-5d|',
    '%05d',
    '%+d',
    '%c',
    '%U',
    '%b',
    '%o',
    '%#x',
    '%e',
    '%f',
    '%g',
    '%T',
  ].map((format) => `sprintf("${format}", [42])`),
  ...[
    '%v',
    '%s',
    '%d',
    '%f',
    '%.2f',
    '%8.3f|',
    '%-8.1f|',
    '%08.3f',
    '%e',
    '%.3e',
    '%E',
    '%g',
    '%.3g',
    '%G',
    '%+.1f',
    '%q',
    '%x1',
  ]
    .map((format) => `sprintf("${format}", [3.14159])`)
    .filter((text) => !text.includes('%x')),
  ...[
    '1000000.5',
    '123456789.25',
    '1e21',
    '1e-7',
    '0.00001234',
    '100000.0',
    '1e6',
    '2.5e3',
    '0.1',
    '1e100',
    '0.25',
    '2.5',
    '0.35',
    '1250000.0',
  ].flatMap((number) => [
    `sprintf("%v", [${number}])`,
    `sprintf("%g", [${number}])`,
    `sprintf("%.3g", [${number}])`,
    `sprintf("%.1f", [${number}])`,
    `sprintf("%e", [${number}])`,
  ]),
  ...['%v', '%s', '%q', '%x', '%X', '%d', '%t', '%5s|', '%-5s|', '%.2s', '%10.2q|', '% x', '%#v', '%f', '%T', '%c'].map(
    (format) => `sprintf("${format}", ["hé\\"llo"])`,
  ),
  'sprintf("%v %v %v", [true, null, false])',
  'sprintf("%t", [true])',
  'sprintf("%v", [[1, "a", [true, null], {"b": 2, "a": {"z"}}]])',
  'sprintf("%s", [{"k": [1, 2], "a": "x\\ny"}])',
  'sprintf("%v", [{"b", "a", 3}])',
  'sprintf("%v", [set()])',
  'sprintf("%v", [{}])',
  'sprintf("%v %v", [1])',
  'sprintf("%v", [1, "two", 3.5])',
  'sprintf("100%%", [])',
  'sprintf("%", [])',
  'sprintf("%!", [1])',
  'sprintf("%z", [1])',
  'sprintf("%*d|", [6, 42])',
  'sprintf("%.*f", [2, 3.14159])',
  'sprintf("%[2]v %[1]v", ["a", "b"])',
  'sprintf("%[5]v", ["a"])',
  'sprintf("%d", [9007199254740993])',
  'sprintf("%v", [123456789012345678901234567890])',
  'sprintf("%d", [123456789012345678901234567890])',
  'sprintf("%x", [-255])',
  'sprintf("%+v", [-3])',
  'sprintf("%d items, %.1f%% of %s", [3, 12.34, "all"])',
  'sprintf("%v", [time.now_ns()])',
  'sprintf("%v %d %s", [1e309, -1e309, 1e-400])',
  // where OPA's Wasm answers otherwise
  'format_int(2147483648, 10)',
  'format_int(-9007199254740993, 16)',
  'replace("a", "", "-")',
  'json.is_valid("true")',
  'json.filter({"a": 1, "": 2}, [""])',
  'json.marshal({"b": {"d": 1, "c": "<"}, "a": {3, 1}})',
  'concat(", ", {"b", "a", "c"})',
  '$"{{"b": 1, "a": {2, 1}}}"',
  '1.0 + 4294967295',
  '1 / 3',
  '0 / 0',
  'time.weekday(1.7e18)',
  'time.date([0, "europe/berlin"])',
  'time.date([0, "PST"])',
  // time
  'time.now_ns()',
  'time.now_ns() - 1',
  ...[
    '2026-08-02T00:00:00Z',
    '2026-08-02T00:00:00.123456789+02:00',
    '2026-02-30T00:00:00Z',
    'x',
    '2024-02-29T23:59:60Z',
    '1500-01-01T00:00:00Z',
  ].map((text) => `time.parse_rfc3339_ns("${text}")`),
  'time.parse_ns("2006-01-02", "2026-08-02")',
  'time.parse_ns("RFC1123", "Sun, 02 Aug 2026 10:20:30 UTC")',
  'time.parse_ns("Jan _2 2006 3:04PM", "Aug  2 2026 1:05PM")',
  'time.parse_ns("02/01/06 15h04 -0700", "02/08/26 10h20 +0530")',
  'time.parse_ns("2006-01-02 15:04:05.000", "2026-08-02 10:20:30.250")',
  'time.parse_ns("2006-002", "2026-214")',
  'time.parse_ns("2006-01-02", "2026-8-2")',
  ...['1h15m30.918273645s', '-2d', '1w', '1y', '1.5h', '0', '', '5', '1h-2m', '3us', '1d12h'].map(
    (text) => `time.parse_duration_ns("${text}")`,
  ),
  `time.date(${t})`,
  `time.date(${ny})`,
  `time.clock(${ny})`,
  `time.clock([${t}, "Asia/Kolkata"])`,
  `time.weekday(${t})`,
  `time.weekday([${t}, "Pacific/Auckland"])`,
  `time.date([${t}, "No/Where"])`,
  `time.format(${t})`,
  `time.format([${t}, "", "2006-01-02 15:04:05.000 Mon Jan _2 002 3PM -0700 Z07:00 06"])`,
  `time.format([${t}, "UTC", "RFC1123Z"])`,
  `time.format([${t}, "America/New_York", "RFC822"])`,
  `time.format([${t}, "Asia/Kolkata", "January Monday 02 01 .999999 pm -07"])`,
  `time.format([${t}, "America/New_York", "3:04PM MST"])`,
  `time.format([${t}, "Asia/Kolkata", "MST"])`,
  `time.format([${t}, "Europe/Berlin", "RFC1123"])`,
  'time.format(-1)',
  `time.add_date(${t}, 0, 0, -7)`,
  `time.add_date(${t}, 1, 14, 31)`,
  'time.add_date(1709164800000000000, 1, 0, 0)',
  'time.add_date(1785666030123456789, 300, 0, 0)',
  `time.diff(${t}, 1709164800000000000)`,
  `time.diff(1709164800000000000, ${ny})`,
  'time.diff(1706659200000000000, 1709251199000000000)',
  // semver
  ...[
    ['1.2.3', '1.2.4'],
    ['1.0.0-alpha', '1.0.0'],
    ['1.0.0-alpha.1', '1.0.0-alpha.beta'],
    ['v1.0.0', '1.0.0+build'],
    ['1.0.0-rc.10', '1.0.0-rc.9'],
    ['1.0', '1.0.0'],
    ['1.0.0-a.b.c', '1.0.0-a.b'],
  ].map(([a, b]) => `semver.compare("${a}", "${b}")`),
  ...['1.2.3', 'v1.2.3', '1.2', '01.2.3', '1.2.3-01', '1.2.3-x.7.z+m', ''].map((text) => `semver.is_valid("${text}")`),
  'semver.is_valid(3)',
  // units
  ...['10', '10k', '10K', '10Ki', '1.5M', '100m', '0.5m', '1e3', '1e', '1E', '2Mi', '10 k', 'k', '10x', '1.5Gi'].map(
    (text) => `units.parse("${text}")`,
  ),
  ...['10', '10kb', '10KiB', '1.5MB', '100m', '1e3', '2mib', '10 kb', 'kb', '10x', '1.5gi', '7PB'].map(
    (text) => `units.parse_bytes("${text}")`,
  ),
  // strings
  'strings.any_prefix_match("abc", {"x", "ab"})',
  'strings.any_prefix_match(["abc", "q"], "q")',
  'strings.any_prefix_match([], ["q"])',
  'strings.any_suffix_match({"abc"}, ["bc", "x"])',
  'strings.any_suffix_match("abc", "ab")',
  'strings.count("cheese", "e")',
  'strings.count("aaaa", "aa")',
  'strings.count("héé", "")',
  'strings.split_n("a,b,c,d", ",", 2)',
  'strings.split_n("a,b,c,d", ",", -2)',
  'indexof_n("sad", "a")',
  'indexof_n("aaé aé", "é")',
  'indexof_n("aaaa", "aa")',
  'glob.quote_meta("*.github.com")',
  // regex
  'regex.replace("-abxxb-", "a(x*)b", "${1}W")',
  'regex.replace("foo bar", "(?P<first>\\\\w+) (\\\\w+)", "$2 $first")',
  'regex.replace("foo", "^[a-z]", "F")',
  'regex.replace("abc", "", "-")',
  'regex.replace("Hello", "(?i)h(EL)", "<$1>")',
  'regex.replace("a]b", "[]]", "x")',
  'regex.replace("-é-", "\\\\p{L}", "x")',
  'regex.split("[[:^alnum:]]", "a-b")',
  'regex.find_n("(?m)^.", "a\\r\\nb", -1)',
  'regex.find_n("\\\\141{", "a{", -1)',
  'regex.find_n("a.", "paranormal", -1)',
  'regex.find_n("a.", "paranormal", 2)',
  'regex.find_n("a*", "baac", -1)',
  'regex.find_n("\\\\d+\\\\.[[:digit:]]", "v1.2 v33.4", -1)',
  'regex.find_n("\\\\pL+", "aé1b", -1)',
  'regex.split("a", "banana")',
  'regex.split("z+", "pizza")',
  'regex.split("", "abc")',
  'regex.split(",", "")',
  'regex.split("[,;] *", "a, b;c,")',
  // objects and JSON
  'object.subset({"a": 1, "b": {"c": [1, 2, 3]}}, {"b": {"c": [2, 3]}})',
  'object.subset({"a": 1}, {"a": 2})',
  'object.subset({1, 2, 3}, {2})',
  'object.subset([1, 2, 1, 2, 3], [1, 2, 3])',
  'object.subset([1, 2], {2, 1})',
  'object.subset([1, 1], {1, 2})',
  'object.subset({"a": {1, 2}}, {"a": {1}})',
  'json.patch({"a": {"b": [1, 2]}}, [{"op": "add", "path": "/a/b/1", "value": 9}])',
  'json.patch({"a": 1}, [{"op": "replace", "path": "a", "value": {"x": 1}}, {"op": "copy", "from": "/a", "path": "/c"}])',
  'json.patch({"a": [1, 2]}, [{"op": "remove", "path": "/a/0"}, {"op": "add", "path": "/a/-", "value": 3}])',
  'json.patch({"a": 1, "b": 2}, [{"op": "move", "from": "/a", "path": "/c"}])',
  'json.patch({"a": 1}, [{"op": "test", "path": "/a", "value": 2}])',
  'json.patch({"a": 1}, [{"op": "remove", "path": "/b"}])',
  'json.patch({"a~/b": 1}, [{"op": "replace", "path": "/a~0~1b", "value": 2}])',
  'json.patch({"s": {1, 2}}, [{"op": "add", "path": ["s", 3], "value": 3}])',
  // encodings and addresses
  'crypto.sha256("a")',
  'crypto.sha1("a")',
  'crypto.md5("é")',
  'crypto.hmac.sha256("a", "k")',
  'crypto.hmac.equal("a", "a")',
  'hex.encode("aé")',
  'hex.decode("61c3a9")',
  'hex.decode("6")',
  'base64url.encode_no_pad("a?b>")',
  'urlquery.encode("a b&c=é(~)")',
  'urlquery.decode("a+b%26")',
  'urlquery.decode("%zz")',
  ...['10.0.0.0/8', '10.0.0.0', '::1/128', '10.0.0.0/33', '300.0.0.0/8', 'fe80::1%eth0/64', '1.2.3.4/08'].map(
    (text) => `net.cidr_is_valid("${text}")`,
  ),
  'numbers.range_step(1, 10, 3)',
  'numbers.range_step(10, 1, 4)',
  'numbers.range_step(1, 2, 0)',
  // numbers stay exact on the way through the host
  'json.patch({"n": 9007199254740993}, [])',
  'time.add_date(1785628800123456789, 0, 0, 0)',
];

const rego = [
  'package cloudsmith',
  'match := true',
  ...expressions.map((expression, index) => `r${index} := ${expression}`),
].join('\n');

let opa: OpaCompiler;
let engine: PolicyEngine | undefined;
let ours: Readonly<Record<string, unknown>> = {};
let native: Readonly<Record<string, unknown>> = {};

describe('built-ins of the host against native OPA', () => {
  beforeAll(async () => {
    opa = await compilerForTests();
    engine = await engineFor(opa, { policy: rego });
    const [answer] = await judge(engine, {}, ['policy']);
    expect(answer?.error).toBeNull();
    ours = JSON.parse(answer?.output ?? '{}') as Record<string, unknown>;
    native = (await evalNatively(opa, rego, [{}], fixedNanos))[0] as Record<string, unknown>;
  }, compilerTimeout);
  afterAll(() => engine?.close());

  it.each(expressions.map((expression, index) => [expression, `r${index}`] as const))('%s', (_, rule) => {
    expect(ours[rule]).toEqual(native[rule]);
    expect(rule in ours).toBe(rule in native);
  });

  it('tells exact nanoseconds, which are beyond what a JavaScript number can hold', async () => {
    const exact = 'package cloudsmith\nmatch := time.now_ns() == 1785666030123456789\nnow := time.now_ns()';
    const other = await engineFor(opa, { exact });
    const [answer] = await judge(other, {}, ['exact'], fixedNow);
    await other.close();
    expect(answer?.match).toBe(true);
    expect(answer?.output).toBe('{"match":true,"now":1785666030123456789}');
  });

  it.each(['regex.match("(?=x)", input.v0)', 'regex.replace(input.v0, "[", "")', 'glob.match("{", [], input.v0)'])(
    'has an error where a pattern is none, and no answer that could pass for one: %s',
    async (expression) => {
      const other = await engineFor(opa, { pattern: `package cloudsmith\nmatch if not ${expression}` });
      const [answer] = await judge(other, { v0: 'x' }, ['pattern']);
      await other.close();
      expect(answer).toMatchObject({ match: null, error: { code: 'builtin_failed' } });
    },
  );

  it('supplies every built-in that the reference asks for at least', () => {
    const atLeast =
      'time.now_ns time.parse_rfc3339_ns time.parse_ns time.parse_duration_ns time.add_date time.diff time.date ' +
      'time.clock time.weekday time.format semver.compare semver.is_valid regex.replace regex.find_n sprintf ' +
      'object.subset strings.any_prefix_match strings.any_suffix_match strings.count units.parse units.parse_bytes ' +
      'json.patch crypto.sha256 net.cidr_is_valid';
    expect(atLeast.split(' ').filter((name) => !(name in hostBuiltIns))).toEqual([]);
  });
});
