import type { Chunks } from '../feeds/peek.js';
import { brokenFeed } from '../feeds/refused-feed.js';
import type { SkippedRecords } from '../feeds/skipped-records.js';
import { splitLines, type Line } from '../feeds/split-lines.js';

const LONGEST_LINE = 4096;
const COMMENT = /^#model_version:([^,]{1,100}),score_date:(\d{4}-\d\d-\d\d)T[\d:.+Z-]{1,30}$/;
const COLUMNS = 'cve,epss,percentile';
const PROBABILITY = '([01](?:\\.\\d{1,20})?|\\d(?:\\.\\d{1,20})?[eE]-\\d{1,3})';
const ROW = new RegExp(`^(CVE-\\d{4}-\\d{4,19}),${PROBABILITY},${PROBABILITY}$`);

export interface EpssFile {
  readonly scoreDate: string;
  readonly modelVersion: string;
  /** Rows for COPY (cve, score, percentile), many at a time; `count` of them. */
  readonly rows: AsyncIterable<{ readonly text: string; readonly count: number }>;
}

/**
 * Reads FIRST's daily file (https://www.first.org/epss/data_stats): a comment with model and date, a header, one score
 * per line. A line that is no score is skipped; a file without its two first lines or its last line end is refused.
 */
export const readEpss = async (chunks: Chunks, skipped: SkippedRecords): Promise<EpssFile> => {
  const lines = splitLines(chunks, LONGEST_LINE)[Symbol.asyncIterator]();
  let start: readonly Line[] = [];
  while (start.length < 2) {
    const next = await lines.next();
    if (next.done) break;
    start = [...start, ...next.value];
  }
  const [comment, columns, ...rest] = start;
  const [, modelVersion, scoreDate] = COMMENT.exec(textOf(comment)) ?? [];
  if (modelVersion === undefined || scoreDate === undefined || Number.isNaN(Date.parse(scoreDate))) {
    throw brokenFeed(
      'Line 1 is not "#model_version:...,score_date:...": send the daily EPSS file as FIRST publishes it.',
      { line: 1 },
    );
  }
  if (textOf(columns) !== COLUMNS)
    throw brokenFeed(`Line 2 is not "${COLUMNS}": send the daily EPSS file as FIRST publishes it.`, { line: 2 });
  return { scoreDate, modelVersion, rows: readRows(rest, lines, skipped) };
};

async function* readRows(
  rest: readonly Line[],
  lines: AsyncIterator<readonly Line[]>,
  skipped: SkippedRecords,
): EpssFile['rows'] {
  const seen = new Set<string>();
  let last: Line | undefined;
  let batch = rest;
  for (;;) {
    const rows = batch.map((line) => rowOf(line, seen, skipped));
    last = batch.at(-1) ?? last;
    yield { text: rows.join(''), count: batch.length };
    const next = await lines.next();
    if (next.done) break;
    batch = next.value;
  }
  if (seen.size === 0) throw brokenFeed('The file holds no score.', { line: 3 });
  if (last?.ended === false)
    throw brokenFeed(`Line ${last.number} has no line end: the file is cut off. Fetch it again.`, {
      line: last.number,
    });
}

const rowOf = (line: Line, seen: Set<string>, skipped: SkippedRecords): string => {
  const [, cve, score, percentile] = ROW.exec(textOf(line)) ?? [];
  if (
    cve === undefined ||
    score === undefined ||
    percentile === undefined ||
    Number(score) > 1 ||
    Number(percentile) > 1
  ) {
    skipped.add({ line: line.number, reason: 'is not "CVE-YYYY-NNNN,score,percentile" with numbers from 0 to 1' });
    return '';
  }
  if (seen.has(cve)) {
    skipped.add({ line: line.number, id: cve, reason: 'repeats a CVE; the first line counts' });
    return '';
  }
  seen.add(cve);
  return `${cve}\t${score}\t${percentile}\n`;
};

const textOf = (line: Line | undefined): string => line?.bytes?.toString('latin1').replace(/\r$/, '') ?? '';
