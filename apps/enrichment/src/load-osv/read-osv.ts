import { brokenFeed } from '../feeds/refused-feed.js';
import type { FeedLimits } from '../feeds/feed.js';
import type { Chunks } from '../feeds/peek.js';
import { splitLines, type Line } from '../feeds/split-lines.js';
import { readRecord, recordOf, type Place, type ReadRecord } from './osv-record.js';
import { parseJson } from '@weir/service';

/**
 * Reads OSV records from text: one JSON record for each line, or one JSON document that is a record or an array of them.
 * What is no record comes as a refusal with its place.
 */
export async function* readOsv(chunks: Chunks, limits: FeedLimits): AsyncIterable<readonly ReadRecord[]> {
  const lines = splitLines(chunks, limits.recordBytes)[Symbol.asyncIterator]();
  const document = await readDocument(lines, limits.recordBytes);
  if (document.kind === 'records') {
    yield document.records;
    return;
  }
  yield document.lines.map(recordOfLine);
  for (;;) {
    const next = await lines.next();
    if (next.done) return;
    yield next.value.map(recordOfLine);
  }
}

const recordOfLine = ({ number, bytes }: Line): ReadRecord => readRecord({ line: number }, bytes);

type Document =
  | { readonly kind: 'records'; readonly records: readonly ReadRecord[] }
  | { readonly kind: 'lines'; readonly lines: readonly Line[] };

/**
 * A first line that is a JSON object means lines. Else the text may be one document over many lines: it is read as a
 * whole, as long as it is not larger than a record may be; when it is no document, its lines are what is left.
 */
const readDocument = async (lines: AsyncIterator<readonly Line[]>, limit: number): Promise<Document> => {
  let read: readonly Line[] = [];
  for (let length = 0; length <= limit;) {
    const next = await lines.next();
    if (next.done) return documentOf(read) ?? { kind: 'lines', lines: read };
    const isFirst = read.length === 0;
    for (const line of next.value) length += (line.bytes?.length ?? limit) + 1;
    read = read.concat(next.value);
    if (isFirst && isObject(read[0]?.bytes ?? null)) break;
  }
  return { kind: 'lines', lines: read };
};

const isObject = (bytes: Buffer | null): boolean => {
  const value = bytes && attempt(bytes);
  return typeof value === 'object' && value !== null && !Array.isArray(value);
};

const documentOf = (lines: readonly Line[]): Document | null => {
  const value = attempt(Buffer.concat(lines.flatMap(({ bytes }) => (bytes ? [bytes, Buffer.from('\n')] : []))));
  if (typeof value !== 'object' || value === null) return null;
  const records = Array.isArray(value)
    ? value.map((one, index) => recordOf({ entry: String(index) }, one))
    : [recordOf({ line: 1 }, value)];
  return { kind: 'records', records };
};

const attempt = (bytes: Buffer): unknown => {
  try {
    return parseJson(bytes);
  } catch {
    return undefined;
  }
};

/** The records of one entry of an archive. */
export const readEntry = (name: string, bytes: Buffer): readonly ReadRecord[] => {
  const place: Place = { entry: name };
  const value = attempt(bytes);
  if (Array.isArray(value)) return value.map((one, index) => recordOf({ entry: `${name}#${index}` }, one));
  return value === undefined ? [readRecord(place, bytes)] : [recordOf(place, value)];
};

const HOPELESS = 1000;

/** Ends the reading of what is certainly no OSV feed. */
export const refuseForeignText = (
  read: number,
  good: number,
  first: { readonly refused: string } | undefined,
  isEnd: boolean,
): void => {
  if (good > 0 || (!isEnd && read < HOPELESS)) return;
  throw brokenFeed(
    `The file holds no OSV record${first ? `; the first one ${first.refused}` : ''}. Send JSON, JSON lines or a zip archive of OSV records.`,
    { line: 1 },
  );
};
