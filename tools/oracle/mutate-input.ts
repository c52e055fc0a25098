/** Numbers in [0, 1). */
export type Random = () => number;

/** What stands at the edge of something, or is of a type that nobody expects. */
const edges: readonly unknown[] = [
  ...[null, true, false, '', 'x', 0, -1, 1, 0.1, 0.5, 1.5, 9.8, 10, 2147483648, 4294967296, 1e21, 1e-7, -0.5],
  ...[
    'GPL-3.0-only',
    'MIT',
    'é😀',
    'a\u0000b',
    'CRITICAL',
    'high',
    '2026-08-01T00:00:00Z',
    '2026-08-02T10:20:30.5+02:00',
  ],
  ...['yesterday', '1.2.3', '0.9', 'CVE-2026-1', '<&>"\\', '\ufeff', [], {}, [[]], ['1.0', '2.0'], [null], { a: 1 }],
];

const pick = <T>(random: Random, list: readonly T[]): T | undefined => list[Math.floor(random() * list.length)];

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** All that stands anywhere below, for use elsewhere. */
const partsOf = (value: unknown): readonly unknown[] => [
  value,
  ...(typeof value === 'object' && value !== null ? Object.values(value).flatMap(partsOf) : []),
];

const changeList = (random: Random, list: readonly unknown[], pool: readonly unknown[]): unknown => {
  const at = Math.floor(random() * list.length);
  const chance = random();
  if (list.length === 0) return chance < 0.5 ? [pick(random, pool)] : pick(random, edges);
  if (chance < 0.15) return list.toSpliced(at, 1);
  if (chance < 0.3) return [...list, list[at]];
  if (chance < 0.45) return [...list, pick(random, pool)];
  return list.with(at, change(random, list[at], pool));
};

const changeObject = (random: Random, object: Readonly<Record<string, unknown>>, pool: readonly unknown[]): unknown => {
  const name = pick(random, Object.keys(object));
  if (name === undefined) return pick(random, pool);
  const { [name]: member, ...others } = object;
  return random() < 0.12 ? others : { ...others, [name]: change(random, member, pool) };
};

function change(random: Random, value: unknown, pool: readonly unknown[]): unknown {
  const chance = random();
  if (chance < 0.06) return pick(random, edges);
  if (chance < 0.1) return pick(random, pool);
  if (Array.isArray(value)) return changeList(random, value, pool);
  if (isObject(value)) return changeObject(random, value, pool);
  return random() < 0.6 ? pick(random, edges) : pick(random, pool);
}

/** Inputs like the known ones, each changed in up to six places, many beyond what their schema allows. */
export const randomInputs = (random: Random, known: readonly unknown[], count: number): readonly unknown[] => {
  const pool = known.flatMap(partsOf);
  return Array.from({ length: count }, () => {
    let input = pick(random, known);
    for (let changes = Math.floor(random() * 7); changes > 0; changes -= 1) input = change(random, input, pool);
    return isObject(input) ? input : { v1: input };
  });
};
