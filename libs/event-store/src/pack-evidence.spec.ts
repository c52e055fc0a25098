import { digestOf } from '@weir/postgres';
import { expect, test } from 'vitest';
import { createUnpacker, packEvidence, type StoredEvidence } from './pack-evidence.js';

const evidence = (text: string) => ({ digest: digestOf(text), kind: 'facts', bytes: Buffer.from(text) });

/** As rows come back from PostgreSQL. */
const rowsOf = ({ alone, frames }: ReturnType<typeof packEvidence>): readonly StoredEvidence[] => [
  ...alone,
  ...frames.flatMap(({ bytes, pieces }, i) =>
    pieces.map((piece) => ({ ...piece, encoding: 'frame' as const, bytes, frame: String(i) })),
  ),
];
const only = (text: string): StoredEvidence =>
  rowsOf(packEvidence([evidence(text)]))[0] ?? expect.fail('nothing was packed');

test.each(['', 'x', 'facts '.repeat(1000), '\0\ufeff'])('bytes come back as they were', (text) => {
  expect(Buffer.from(createUnpacker()(only(text))).toString()).toBe(text);
});

test('what compression makes smaller is compressed, what it does not is stored as it is', () => {
  expect(only('facts '.repeat(1000))).toMatchObject({ encoding: 'zstd', size: 6000 });
  expect(only('x')).toMatchObject({ encoding: 'identity', size: 1 });
});

test('small pieces go together, six to a frame, and each comes back as it was', () => {
  const texts = [
    '',
    ...Array.from({ length: 17 }, (_, i) => `{"name":"package-${i}","licence":"MIT"}`.repeat(40)),
    'large '.repeat(10_000),
  ];
  const packed = packEvidence(texts.map(evidence));
  expect(packed.frames.map(({ pieces }) => pieces.length)).toEqual([6, 6, 6]);
  expect(packed.alone.map(({ size }) => size)).toEqual([60_000]);
  const rows = rowsOf(packed);
  const unpack = createUnpacker();
  expect(new Set(rows.map((row) => Buffer.from(unpack(row)).toString()))).toEqual(new Set(texts));
  expect(packed.frames.reduce((sum, { bytes }) => sum + bytes.length, 0)).toBeLessThan(
    only(texts[1] ?? '').bytes.length * 6,
  );
});

test('evidence under a digest that is not its own is refused', () => {
  expect(() => packEvidence([evidence('b'), { ...evidence('a'), digest: digestOf('b') }])).toThrow(
    `is given as ${digestOf('b')} but hashes to ${digestOf('a')}`,
  );
});

test('a row that would unpack to more than it says is damaged', () => {
  expect(() => createUnpacker()({ ...only('bomb '.repeat(100_000)), size: 10 })).toThrow('does not hash to its digest');
});

test('a frame that would unpack to more than frames hold, or a place outside of it, is damaged', () => {
  const bomb = {
    digest: digestOf('x'),
    kind: 'facts',
    size: 1,
    start: 0,
    frame: '1',
    encoding: 'frame',
    bytes: only('bomb '.repeat(100_000)).bytes,
  } as const;
  expect(() => createUnpacker()(bomb)).toThrow('does not hash to its digest');
  const [row] = rowsOf(packEvidence([evidence('one'), evidence('two')]));
  expect(() => createUnpacker()({ ...(row ?? expect.fail()), start: 1_000_000 } as StoredEvidence)).toThrow(
    'does not hash to its digest',
  );
});
