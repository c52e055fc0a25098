import lists from './operands.json' with { type: 'json' };

const {
  arrays,
  cidrs,
  counts,
  dates,
  delimiters,
  durations,
  encoded,
  formats,
  formatted,
  globSubjects,
  globs,
  instants,
  layouts,
  numbers,
  objects,
  patches,
  paths,
  patterns,
  sets,
  smallCounts,
  subjects,
  templates,
  texts,
  units,
  versions,
  wrongTypes,
  zones,
} = lists;

const quoted = (list: readonly string[]): readonly string[] => list.map((text) => `"${text}"`);
const raw = (list: readonly string[]): readonly string[] => list;
const some = (list: readonly string[], step: number): readonly string[] =>
  list.filter((_, index) => index % step === 0);
const few = (list: readonly string[], most: number): readonly string[] => some(list, Math.ceil(list.length / most));

const zoned = [
  ...instants,
  ...zones.flatMap((zone) =>
    ['1785666030123456789', '1768000000000000000', '600000000000000000'].map((time) => `[${time}, "${zone}"]`),
  ),
  '[-3000000000000000000, "Europe/Berlin"]',
  '[-3000000000000000000, "America/New_York"]',
  ...['[0]', '[]', '["0", "UTC"]', '[0, 1]', '[0, "UTC", 1]', '[1.5, "UTC"]', '[0, "UTC", "RFC3339", "x"]'],
];
const laidOut = [
  ...zoned,
  ...layouts.flatMap((layout) =>
    ['"UTC"', '"America/New_York"', '"Europe/Berlin"'].map((zone) => `[1785666030123456789, ${zone}, "${layout}"]`),
  ),
];

/** Operands of the built-ins whose types do not say what is at the edge, by the name of the built-in. */
const special: Readonly<Record<string, readonly (readonly string[])[]>> = {
  'bits.lsh': [numbers, smallCounts],
  'bits.rsh': [numbers, counts],
  'numbers.range': [
    ['-3', '0', '1', '3', '2.0', '1.5', '1e2', '"x"'],
    ['-3', '0', '1', '3', '1.5', '1e2', 'null'],
  ],
  'numbers.range_step': [
    ['-3', '0', '3', '1.5', '2.0'],
    ['-3', '0', '3', '1.5'],
    ['1', '2', '0', '-1', '1.5', '1.0', '9007199254740993', '1e309'],
  ],
  substring: [few(quoted(texts), 25), counts, counts],
  'array.slice': [arrays, counts, counts],
  indexof: [quoted([...subjects, '😀é']), quoted([...subjects])],
  'strings.split_n': [few(quoted(texts), 20), quoted(['', 'a', 'X', ',', '😀']), counts],
  'regex.match': [quoted(patterns), quoted(subjects)],
  'regex.is_valid': [[...quoted(patterns), ...wrongTypes]],
  'regex.split': [quoted(patterns), quoted(subjects)],
  'regex.find_n': [quoted(patterns), quoted(subjects), ['-1', '0', '1', '2', '1.5']],
  'regex.find_all_string_submatch_n': [quoted(patterns), quoted(subjects), ['-1', '0', '1', '2']],
  'regex.replace': [
    quoted(subjects),
    quoted(patterns),
    quoted(['', 'x', '$0', '$1', '${1}x', '$1x', '$n', '${n}', '$$', '$', '${', '$9', '$é']),
  ],
  'glob.match': [quoted(globs), raw(delimiters), quoted(globSubjects)],
  'glob.quote_meta': [quoted([...globs, ...texts])],
  'json.filter': [objects, [...paths, ...sets]],
  'json.remove': [objects, [...paths, ...sets]],
  'json.patch': [[...objects, ...arrays, ...sets, '1', '"a"', 'null'], patches],
  'object.get': [
    objects,
    [
      '"a"',
      '"x"',
      '1',
      'null',
      '[1]',
      '["a", "b"]',
      '["a", "b", 0]',
      '["a", "x"]',
      '[]',
      '{1}',
      '["a", 0, "b"]',
      '[1.5]',
      'true',
    ],
    ['"default"', 'null', '{1}'],
  ],
  'object.filter': [objects, [...few(arrays, 8), ...few(objects, 8), ...few(sets, 5)]],
  'object.remove': [objects, [...few(arrays, 8), ...few(objects, 8), ...few(sets, 5)]],
  'graph.reachable': [objects, [...few(arrays, 8), ...few(sets, 5), '["a"]', '{"a", "x"}', '[1]']],
  'semver.compare': [quoted(versions), quoted(versions)],
  'semver.is_valid': [[...quoted(versions), ...wrongTypes]],
  'units.parse': [quoted(units)],
  'units.parse_bytes': [quoted(units)],
  'net.cidr_contains': [quoted(cidrs), quoted(cidrs)],
  'net.cidr_intersects': [quoted(cidrs), quoted(cidrs)],
  'net.cidr_is_valid': [quoted(cidrs)],
  'time.clock': [zoned],
  'time.date': [zoned],
  'time.weekday': [zoned],
  'time.format': [laidOut],
  'time.diff': [few(zoned, 30), few(zoned, 30)],
  'time.add_date': [
    few(zoned, 25),
    ['0', '1', '-1', '300', '2147483648', '1.5'],
    ['0', '1', '-14'],
    ['0', '31', '-400'],
  ],
  'time.parse_ns': [quoted(layouts), quoted(dates)],
  'time.parse_rfc3339_ns': [quoted(dates)],
  'time.parse_duration_ns': [quoted(durations)],
  sprintf: [quoted(formats), formatted],
  'strings.any_prefix_match': [
    [...few(quoted(texts), 10), '["abc", "x"]', '{"abc"}', '[]', '[1]'],
    [...few(quoted(texts), 10), '["ab"]', '{"é"}', '[]', 'set()', '[1]'],
  ],
  'strings.any_suffix_match': [
    [...few(quoted(texts), 10), '["abc", "x"]', '{"abc"}', '[]', '[1]'],
    [...few(quoted(texts), 10), '["bc"]', '{"é"}', '[]', 'set()', '[1]'],
  ],
  'strings.replace_n': [
    [
      '{}',
      '{"a": "b"}',
      '{"a": "b", "b": "a"}',
      '{"a": "1", "ab": "2", "abc": "3"}',
      '{"": "x"}',
      '{"a": ""}',
      '{"a": 1}',
      '{1: "a"}',
      '{"é": "e"}',
      '{"": "x", "a": "y"}',
    ],
    few(quoted(texts), 40),
  ],
  replace: [few(quoted(texts), 20), quoted(['', 'a', 'aa', 'X', '😀', '\\u0000', 'é']), quoted(['', '-', 'aa', '😀'])],
  'internal.template_string': [templates],
  'urlquery.decode': [quoted([...encoded, ...texts])],
  'hex.decode': [quoted([...encoded, ...texts])],
  format_int: [numbers, ['2', '8', '10', '16', '3', '1.5', '10.0', '1e1', '0', '-2', '36']],
  concat: [few(quoted(texts), 8), [...arrays, ...sets]],
  union: [sets],
  intersection: [sets],
  product: [[...arrays, ...sets]],
};

type Type = { readonly type: string; readonly of?: unknown };

const pools: Readonly<Record<string, readonly string[]>> = {
  number: numbers,
  string: quoted(texts),
  array: arrays,
  set: sets,
  object: objects,
  boolean: ['true', 'false'],
  null: ['null'],
};

const mixed = [
  ...few(numbers, 12),
  ...few(quoted(texts), 12),
  ...few(arrays, 8),
  ...few(sets, 6),
  ...few(objects, 8),
  'null',
  'true',
  'false',
];

const ofType = ({ type, of }: Type): readonly string[] => {
  if (type !== 'any') return pools[type] ?? mixed;
  return Array.isArray(of) ? [...new Set((of as readonly Type[]).flatMap(ofType))] : [...mixed, ...sets, ...objects];
};

/** So many calls of one built-in are enough: with two or more operands each list is thinned. */
const mostOf = [0, 1_000, 60, 14, 8];

/** The operands that a built-in is called with, each with each. */
export const operandsOf = (name: string, types: readonly Type[]): readonly (readonly string[])[] =>
  special[name] ??
  types.map((type) => [
    ...few(ofType(type), mostOf[types.length] ?? 5),
    ...wrongTypes.slice(0, types.length > 2 ? 3 : 8),
  ]);
