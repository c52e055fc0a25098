import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { oneOf, type Random } from './random-choice.js';

/** A file that something went wrong with, and what went wrong. */
export interface MutatedFile {
  readonly what: string;
  readonly bytes: Buffer;
}

/** The state of one feed on a day, and its files. */
export interface MutableFeed {
  readonly kind: 'osv' | 'epss' | 'kev';
  /** The true file of a day. */
  trueFile(day: string): Buffer;
  /** The true file of a day with which something went wrong that says nothing less about any entry. */
  mutate(random: Random, day: string): MutatedFile;
}

const examples = resolve(import.meta.dirname, '../../examples/feeds');
const readExample = (name: string): string => gunzipSync(readFileSync(join(examples, name))).toString('utf8');

const dayAfter = (day: string, days: number): string =>
  new Date(Date.parse(day) + days * 86_400_000).toISOString().slice(0, 10);

/** Days that a file may state by mistake: tomorrow, a year ago, in seventy years, and days that no calendar has. */
const wrongDay = (random: Random, day: string): string =>
  oneOf(random, [
    dayAfter(day, 1),
    dayAfter(day, -365),
    '2099-01-01',
    '2026-02-30',
    '2025-02-29',
    '0000-01-01',
    '2026-13-01',
  ]);

const shuffled = <T>(random: Random, rows: readonly T[]): T[] => {
  const all = [...rows];
  for (let at = all.length - 1; at > 0; at -= 1) {
    const other = random(at + 1);
    [all[at], all[other]] = [all[other] as T, all[at] as T];
  }
  return all;
};

const without = <T>(random: Random, rows: readonly T[]): T[] => {
  const share = oneOf(random, [1, 2, 10, 100, 1000]);
  return rows.filter(() => random(1000) >= share);
};

const replaced = <T>(rows: readonly T[], at: number, row: T): T[] =>
  rows.map((one, index) => (index === at ? row : one));

const cut = (random: Random, bytes: Buffer): Buffer => bytes.subarray(0, random(bytes.length));

const flipped = (random: Random, bytes: Buffer): Buffer => {
  const copy = Buffer.from(bytes);
  const at = random(copy.length);
  copy[at] = (copy[at] ?? 0) ^ (1 << random(8));
  return copy;
};

/** Real scores, high and low, of the examples. */
export const mutableEpss = (rowCount: number): MutableFeed => {
  const all = readExample('epss_scores-2026-06-14.csv.gz').split('\n').slice(2).filter(Boolean);
  const step = Math.max(1, Math.floor(all.length / rowCount));
  const rows = all.filter((_, index) => index % step === 0);
  const file = (day: string, lines: readonly string[]): Buffer =>
    Buffer.from(
      `#model_version:v1,score_date:${day}T00:00:00+0000\ncve,epss,percentile\n${lines.map((line) => `${line}\n`).join('')}`,
    );
  const field = (random: Random, row: string): string => {
    const fields = row.split(',');
    fields[random(3)] = oneOf(random, [
      'NaN',
      'Infinity',
      '',
      '-1',
      '1.5',
      'x',
      '0x1',
      '"',
      ' ',
      '1e999',
      '\u0000',
      '%',
    ]);
    return fields.join(',');
  };
  const kinds = epssKinds({ rows, file, field });
  return feedOf('epss', (day) => file(day, rows), kinds);
};

interface KevEntry {
  readonly cveID: string;
  readonly [member: string]: unknown;
}

/** Real entries of the examples. */
export const mutableKev = (entryCount: number): MutableFeed => {
  const real = JSON.parse(readExample('known_exploited_vulnerabilities-2026-07-24.json.gz')) as {
    readonly vulnerabilities: readonly KevEntry[];
  };
  const entries = real.vulnerabilities.slice(0, entryCount);
  const document = (day: string, vulnerabilities: readonly unknown[], told: object = {}): object => ({
    title: 'CISA',
    catalogVersion: day.replaceAll('-', '.'),
    dateReleased: `${day}T10:00:00.0000Z`,
    count: vulnerabilities.length,
    vulnerabilities,
    ...told,
  });
  const file = (...args: Parameters<typeof document>): Buffer =>
    Buffer.from(JSON.stringify(document(...args), null, 2));
  const wrong = (random: Random): unknown =>
    oneOf(random, [null, 7, {}, [], 'x', '2026-02-30', '2026-13-45', '\u0000', true]);
  const members = ['cveID', 'vulnerabilityName', 'dateAdded', 'knownRansomwareCampaignUse', 'notes', 'cwes'];
  const kinds = kevKinds({ entries, file, wrong, members });
  return feedOf('kev', (day) => file(day, entries), kinds);
};

interface OsvText {
  readonly id: string;
  readonly affected: readonly { readonly package?: unknown; readonly ranges?: unknown }[];
  readonly [member: string]: unknown;
}

/** Real records of the examples; a day stands for nothing in them. A record of before says less, and is no mistake. */
export const mutableOsv = (recordCount: number): MutableFeed => {
  const records = readExample('osv.jsonl.gz')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as OsvText)
    // Go's say the year 1: of those the last counts, and so it does of two with one id and time.
    .filter(({ modified }) => String(modified) > '2010')
    .filter(({ id }, index, all) => all.findIndex((other) => other.id === id) === index)
    .slice(0, recordCount);
  const file = (all: readonly unknown[]): Buffer =>
    Buffer.from(all.map((record) => (typeof record === 'string' ? record : JSON.stringify(record))).join('\n'));
  const one = (random: Random, change: (record: OsvText) => unknown): Buffer => {
    const at = random(records.length);
    return file(replaced<unknown>(records, at, change(records[at] ?? { id: '', affected: [] })));
  };
  const wrong = (random: Random): unknown => oneOf(random, [null, 7, true, 'x']);
  const kinds = osvKinds({ records, file, one, wrong });
  return feedOf('osv', () => file(records), kinds);
};

type Kinds = Readonly<Record<string, (random: Random, day: string) => Buffer>>;

interface EpssParts {
  readonly rows: readonly string[];
  readonly file: (day: string, lines: readonly string[]) => Buffer;
  readonly field: (random: Random, row: string) => string;
}

const epssKinds = ({ rows, file, field }: EpssParts): Kinds => ({
  'cut between rows': (random, day) => file(day, rows.slice(0, random(rows.length))),
  'cut anywhere': (random, day) => cut(random, file(day, rows)),
  'a cut gzip': (random, day) => cut(random, gzipSync(file(day, rows))),
  'a flipped bit in its gzip': (random, day) => flipped(random, gzipSync(file(day, rows))),
  empty: (random, day) => oneOf(random, [Buffer.alloc(0), Buffer.from('\n\n'), file(day, []), gzipSync('')]),
  'in another order': (random, day) => file(day, shuffled(random, rows)),
  'with rows repeated, lower': (random, day) =>
    file(day, shuffled(random, [...rows, ...rows.slice(0, random(50)).map((row) => row.replace(/,.*/, ',0.0,0.0'))])),
  'of another day': (random, day) => file(wrongDay(random, day), random(2) === 0 ? rows : without(random, rows)),
  'with one unreadable row': (random, day) =>
    file(
      day,
      replaced(rows, random(rows.length), oneOf(random, ['#', 'null', ',,', '{}', 'CVE', '\ufffd', 'x'.repeat(5000)])),
    ),
  'with one field wrong': (random, day) => {
    const at = random(rows.length);
    return file(day, replaced(rows, at, field(random, rows[at] ?? '')));
  },
  shrunk: (random, day) => file(day, without(random, rows)),
  'with every score 0': (_random, day) =>
    file(
      day,
      rows.map((row) => row.replace(/,.*/, ',0.00000,0.00000')),
    ),
  'with percents divided twice': (_random, day) =>
    file(
      day,
      rows.map((row) =>
        row
          .split(',')
          .map((one, at) => (at === 0 ? one : String(Number(one) / 100)))
          .join(','),
      ),
    ),
  'without its head': (random, day) =>
    Buffer.from(
      file(day, rows)
        .toString()
        .split('\n')
        .slice(1 + random(2))
        .join('\n'),
    ),
});

interface KevParts {
  readonly entries: readonly KevEntry[];
  readonly file: (day: string, entries: readonly unknown[], told?: object) => Buffer;
  readonly wrong: (random: Random) => unknown;
  readonly members: readonly string[];
}

const kevKinds = ({ entries, file, wrong, members }: KevParts): Kinds => ({
  'cut anywhere': (random, day) => cut(random, file(day, entries)),
  'a cut gzip': (random, day) => cut(random, gzipSync(file(day, entries))),
  'a flipped bit in its gzip': (random, day) => flipped(random, gzipSync(file(day, entries))),
  empty: (random, day) =>
    oneOf(random, [Buffer.alloc(0), file(day, []), Buffer.from('{}'), Buffer.from('[]'), Buffer.from('null')]),
  'in another order': (random, day) => file(day, shuffled(random, entries)),
  'with entries repeated, milder': (random, day) =>
    file(
      day,
      shuffled(random, [
        ...entries,
        ...entries
          .slice(0, random(20))
          .map((entry) => ({ ...entry, dueDate: '', knownRansomwareCampaignUse: 'Unknown' })),
      ]),
    ),
  'of another day': (random, day) => {
    const other = wrongDay(random, day);
    return file(day, random(2) === 0 ? entries : without(random, entries), {
      dateReleased: `${other}T10:00:00.0000Z`,
    });
  },
  'with one unreadable entry': (random, day) =>
    file(
      day,
      replaced<unknown>(entries, random(entries.length), oneOf(random, [null, 7, 'x', [], {}, { cveID: 'CVE' }])),
    ),
  'with one member wrong': (random, day) => {
    const at = random(entries.length);
    return file(day, replaced<unknown>(entries, at, { ...entries[at], [oneOf(random, members)]: wrong(random) }));
  },
  'with a day that no calendar has': (random, day) => {
    const at = random(entries.length);
    const member = oneOf(random, ['dateAdded', 'dueDate']);
    return file(
      day,
      replaced<unknown>(entries, at, {
        ...entries[at],
        [member]: oneOf(random, ['2026-02-30', '2025-02-29', '0000-01-01', '24:00']),
      }),
    );
  },
  'with one member missing': (random, day) => {
    const at = random(entries.length);
    const { [oneOf(random, [...members, 'dueDate'])]: _, ...left } = entries[at] ?? { cveID: '' };
    return file(day, replaced<unknown>(entries, at, left));
  },
  'with its head wrong': (random, day) =>
    file(day, entries, {
      [oneOf(random, ['catalogVersion', 'dateReleased', 'count', 'vulnerabilities'])]: wrong(random),
    }),
  shrunk: (random, day) => file(day, without(random, entries)),
  'of ten entries': (random, day) => file(day, shuffled(random, entries).slice(0, 10)),
});

interface OsvParts {
  readonly records: readonly OsvText[];
  readonly file: (records: readonly unknown[]) => Buffer;
  readonly one: (random: Random, change: (record: OsvText) => unknown) => Buffer;
  readonly wrong: (random: Random) => unknown;
}

const osvKinds = ({ records, file, one, wrong }: OsvParts): Kinds => ({
  'cut anywhere': (random) => cut(random, file(records)),
  'a cut gzip': (random) => cut(random, gzipSync(file(records))),
  empty: (random) => oneOf(random, [Buffer.alloc(0), Buffer.from('[]'), Buffer.from('{}'), Buffer.from('\n')]),
  'in another order': (random) => file(shuffled(random, records)),
  'with records repeated, older and about nothing': (random) =>
    file(
      shuffled(random, [
        ...records,
        ...records
          .slice(0, random(20))
          .map((record) => ({ ...record, modified: '2001-01-01T00:00:00Z', affected: [] })),
      ]),
    ),
  'of a time that has not come, about nothing': (random) =>
    one(random, (record) => ({ ...record, modified: '2099-01-01T00:00:00Z', affected: [] })),
  'of last year, about nothing': (random) =>
    one(random, (record) => ({ ...record, modified: '2002-02-02T00:00:00Z', affected: [] })),
  'withdrawn at a time that has not come, or that is none': (random) =>
    one(random, (record) => ({
      ...record,
      withdrawn: oneOf(random, ['2099-01-01T00:00:00Z', '2026-02-30T00:00:00Z', '2026-01-01T24:00:00Z', '', 7, {}]),
    })),
  'with a time that is none': (random) =>
    one(random, (record) => ({
      ...record,
      [oneOf(random, ['modified', 'published'])]: oneOf(random, [
        '2026-02-30T00:00:00Z',
        '0000-01-01T00:00:00Z',
        'yesterday',
        '',
        7,
      ]),
    })),
  'with one unreadable line': (random) =>
    one(random, () => oneOf(random, ['{', 'null', '[]', 'x', '{"id":7}', '"', '\u0000'])),
  'with one member wrong': (random) =>
    one(random, (record) => ({ ...record, [oneOf(random, ['id', 'modified', 'affected'])]: wrong(random) })),
  'with one package or range wrong': (random) =>
    one(random, (record) => {
      const [first, ...others] = record.affected;
      return {
        ...record,
        affected: [{ ...first, [oneOf(random, ['package', 'ranges'])]: wrong(random) }, ...others],
      };
    }),
  'with a name that no index holds': (random) =>
    one(random, (record) => ({
      ...record,
      id: `LONG-${random(1_000_000)}`,
      affected: [{ package: { ecosystem: 'npm', name: randomText(random, 9000) }, versions: ['1.0.0'] }],
    })),
  shrunk: (random) => file(without(random, records)),
});

const randomText = (random: Random, length: number): string =>
  Array.from({ length }, () => String.fromCharCode(0x61 + random(26))).join('');

const feedOf = (kind: MutableFeed['kind'], trueFile: MutableFeed['trueFile'], kinds: Kinds): MutableFeed => ({
  kind,
  trueFile,
  mutate: (random, day) => {
    const what = oneOf(random, Object.keys(kinds));
    return { what, bytes: kinds[what]?.(random, day) ?? Buffer.alloc(0) };
  },
});
