import type { Agreement, Case, Tally } from './measure-agreement.js';

/** Why a record's own list and its own range contradict each other: read one by one. */
export const CONTRADICTIONS: Readonly<Record<string, string>> = {
  'PYSEC-2021-114':
    'states the ranges 2.11 to 2.11.7 and 0 to 2.11.6, which overlap; ordered as OSV asks, the fix 2.11.6 ends both until 2.11.7, and 2.11.6 itself falls out. The list names it.',
  'PYSEC-2023-61':
    'states that 3.2 and 4.2 introduced the flaw and lists their pre-releases 3.2a1 to 4.2rc1, which PEP 440 puts before 3.2 and 4.2.',
};

const number = (value: number): string => value.toLocaleString('en-US');

/** docs/reference/matching-agreement.md, from what was measured. */
export function renderAgreement(agreement: Agreement): string {
  return `${[
    '# How far matching agrees with the advisories',
    'Written by `apps/enrichment/src/match-advisories/agreement.spec.ts` (`UPDATE_REFERENCES=1` writes it again), from all OSV records of the five ecosystems in the shared test data. The test fails when a figure or a name here changes.',
    '## What was compared',
    table(agreement.tallies),
    notes(),
    "## Listed versions that the record's own ranges leave out",
    `${number(agreement.listedOutsideRanges.length)} in all. The list finds each of them; the ranges alone do not, because the record contradicts itself:`,
    contradictions(agreement.listedOutsideRanges),
    '## Versions in a range that the list of the same record leaves out',
    unlisted(agreement),
    '## Ends of ranges that cannot be read',
    'PYSEC copies NVD\'s "-NA", which says "this release, no update of it": it is read without the suffix. The others leave the range open, so that too many versions are affected, never too few. Records with several `last_affected` for one `introduced` end at the first of them, as OSV\'s evaluation says and as their lists agree.',
    bullets(agreement.unreadableEvents),
  ].join('\n\n')}\n`;
}

function table(tallies: readonly Tally[]): string {
  const columns: readonly (readonly [string, (tally: Tally) => string])[] = [
    ['ecosystem', ({ ecosystem }) => ecosystem],
    ['records', ({ records }) => number(records.size)],
    ['of them withdrawn', ({ withdrawn }) => number(withdrawn.size)],
    ['affected entries', ({ entries }) => number(entries)],
    ['skipped: no list', ({ skipped }) => number(skipped.noList)],
    ['skipped: list, no range', ({ skipped }) => number(skipped.listOnly)],
    ['skipped: only commits', ({ skipped }) => number(skipped.gitOnly)],
    ['listed versions', ({ listed }) => number(listed)],
    ['agree with ranges', ({ listedAgreed }) => number(listedAgreed)],
    ['unreadable', ({ listedUnreadable }) => number(listedUnreadable)],
    ['versions against pseudo-code', ({ pairs }) => number(pairs)],
    ['agree', ({ pairsAgreed }) => number(pairsAgreed)],
    ['skipped: unreadable', ({ pairsSkipped }) => number(pairsSkipped)],
    ['affected', ({ matched }) => number(matched)],
  ];
  const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const lines = tallies.map((tally) => row(columns.map(([, cell]) => cell(tally))));
  return [row(columns.map(([name]) => name)), row(columns.map(() => '---')), ...lines].join('\n');
}

const notes = (): string =>
  [
    '- **No list**: the entry has ranges of versions only (npm, Go and RustSec never list), so there is nothing of its own to compare with. Those entries are in the comparison with the pseudo-code.',
    '- **List, no range**: malicious and hijacked versions, named one by one. The list alone decides, and finds each.',
    '- **Only commits**: ranges of type GIT say nothing about versions, and are not evaluated.',
    '- **Unreadable**: listed versions outside PEP 440 (`0.1-bulbasaur`). They come before all readable versions, as PyPI orders legacy versions.',
    "- **Versions against pseudo-code**: every version that any source names of a package (lists, events, registries), against every entry of that package, by OSV's evaluation written down step by step over the libraries' own comparison. `isAffected` as a whole is compared in the same way: no version outside both list and ranges is matched, none inside is missed, and no withdrawn record matches.",
  ].join('\n');

function contradictions(cases: readonly Case[]): string {
  const byId = Object.entries(Object.groupBy(cases, ({ id }) => id));
  return byId
    .map(
      ([id, found = []]) =>
        `- ${id} (${found[0]?.package ?? ''} ${found.map(({ version }) => version).join(', ')}) ${CONTRADICTIONS[id] ?? 'is not explained.'}`,
    )
    .join('\n');
}

function unlisted({ tallies, unlistedOther }: Agreement): string {
  const total = (kind: keyof Tally['unlisted']): number =>
    tallies.reduce((sum, tally) => sum + tally.unlisted[kind], 0);
  const byId = Object.entries(Object.groupBy(unlistedOther, ({ id }) => id));
  const rows = byId.map(
    ([id, found = []]) => `- ${id}: ${found[0]?.package ?? ''} ${found.map(({ version }) => version).join(', ')}`,
  );
  return [
    'OSV: a version is affected when the list *or* a range holds it, so all of these are matched. Lists are enumerated once, from what the registry offered on that day:',
    [
      `- ${number(total('newer'))} are newer than every version of the list: published after it was made.`,
      `- ${number(total('rare'))} are missing from more than half of the lists whose ranges hold them: versions that the registry did not offer (any more), such as django 0.95, and versions that stand only as bounds of ranges.`,
      `- ${number(total('other'))} are the rest, in ${byId.length} records: patches of older branches published after the list (nova 31.3.1, setuptools 75.3.4, scrapy 1.8.4, tensorflow 2.7.4), and lists that leave out pre-releases or old versions (scikit-learn, lxml, ansible, mistune).`,
    ].join('\n'),
    rows.join('\n'),
  ].join('\n\n');
}

const bullets = (cases: readonly Case[]): string =>
  cases.map((one) => `- ${one.id}: ${one.package} \`${one.version}\``).join('\n');
