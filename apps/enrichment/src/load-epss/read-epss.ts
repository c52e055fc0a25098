import { isDay } from '../feeds/calendar.js';
import type { Chunks } from '../feeds/peek.js';
import { brokenFeed, RefusedFeed } from '../feeds/refused-feed.js';
import type { SkippedRecords } from '../feeds/skipped-records.js';
import { splitLines, type Line } from '../feeds/split-lines.js';
import { openRows, type ReadRows } from './read-epss-rows.js';

const LONGEST_LINE = 4096;
const COMMENT = /^#model_version:([^,]{1,100}),score_date:(\d{4}-\d\d-\d\d)T[\d:.+Z-]{1,30}$/;
const COLUMNS = 'cve,epss,percentile';

export interface EpssFile {
  readonly scoreDate: string;
  readonly modelVersion: string;
  /** Rows for COPY, many at a time. */
  readonly rows: AsyncIterable<ReadRows>;
}

/**
 * Reads FIRST's daily file (https://www.first.org/epss/data_stats): a comment with model and date, a header, one score
 * per line. A line that is no score is skipped; a file without its two first lines or its last line end is refused.
 */
export const readEpss = async (chunks: Chunks, skipped: SkippedRecords, mostRows: number): Promise<EpssFile> => {
  const lines = splitLines(chunks, LONGEST_LINE)[Symbol.asyncIterator]();
  let start: readonly Line[] = [];
  while (start.length < 2) {
    const next = await lines.next();
    if (next.done) break;
    start = [...start, ...next.value];
  }
  const [comment, columns, ...rest] = start;
  const [, modelVersion, scoreDate] = COMMENT.exec(textOf(comment)) ?? [];
  if (modelVersion === undefined || scoreDate === undefined) {
    throw brokenFeed(
      'Line 1 is not "#model_version:...,score_date:...": send the daily EPSS file as FIRST publishes it.',
      { line: 1 },
    );
  }
  if (!isDay(scoreDate))
    throw brokenFeed(`Line 1 says score_date ${scoreDate}, which no calendar has: fetch the file again.`, { line: 1 });
  if (textOf(columns) !== COLUMNS)
    throw brokenFeed(`Line 2 is not "${COLUMNS}": send the daily EPSS file as FIRST publishes it.`, { line: 2 });
  return { scoreDate, modelVersion, rows: readRows(rest, lines, skipped, mostRows) };
};

async function* readRows(
  rest: readonly Line[],
  lines: AsyncIterator<readonly Line[]>,
  skipped: SkippedRecords,
  mostRows: number,
): EpssFile['rows'] {
  const rows = openRows(skipped);
  let [last, batch, count]: [Line | undefined, readonly Line[], number] = [undefined, rest, 0];
  for (;;) {
    last = batch.at(-1) ?? last;
    count += batch.length;
    if (count > mostRows)
      throw new RefusedFeed(
        'too-large',
        `The file holds more than ${mostRows} rows: raise the limit in the configuration.`,
      );
    yield rows.read(batch);
    const next = await lines.next();
    if (next.done) break;
    batch = next.value;
  }
  if (!rows.hasScores())
    throw brokenFeed('The file holds no score after line 2: send the daily EPSS file as FIRST publishes it.', {
      line: 3,
    });
  if (last?.ended === false)
    throw brokenFeed(`Line ${last.number} has no line end: the file is cut off. Fetch it again.`, {
      line: last.number,
    });
}

const textOf = (line: Line | undefined): string => line?.bytes?.toString('latin1').replace(/\r$/, '') ?? '';
