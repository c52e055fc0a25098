import { brokenFeed } from '../feeds/refused-feed.js';
import { MOST_MEMBERS, type FeedLimits } from '../feeds/feed.js';
import { resume, type Chunks } from '../feeds/peek.js';
import { splitLines, type Line } from '../feeds/split-lines.js';
import { readRecord, recordOf, type Place, type ReadRecord } from './osv-record.js';
import { createGiveWay, parseJson } from '@weir/service';

/**
 * Reads OSV records from text: one JSON record for each line, or one JSON document that is a record or an array of them.
 * What is no record comes as a refusal with its place. Some at a time: what waits has its turn between them.
 */
export async function* readOsv(chunks: Chunks, limits: FeedLimits): AsyncIterable<readonly ReadRecord[]> {
  const { document, all } = await readDocument(chunks, limits.recordBytes);
  if (document !== null) yield* recordsOf(document);
  else for await (const lines of splitLines(all, limits.recordBytes)) yield lines.map(recordOfLine);
}

const recordOfLine = ({ number, bytes }: Line): ReadRecord => readRecord({ line: number }, bytes);

const MOST_TOGETHER = 100;

async function* recordsOf(document: object): AsyncIterable<readonly ReadRecord[]> {
  if (!Array.isArray(document)) {
    yield [recordOf({ line: 1 }, document)];
    return;
  }
  const giveWay = createGiveWay();
  for (let start = 0; start < document.length; start += MOST_TOGETHER) {
    const some: readonly unknown[] = document.slice(start, start + MOST_TOGETHER);
    yield some.map((one, index) => recordOf({ entry: String(start + index) }, one));
    await giveWay();
  }
}

/**
 * A first line that is a JSON object means lines. Else text that begins as an object or an array may be one document
 * over many lines: it is read as a whole, as long as it is not larger than a record may be; when it is no document, its
 * lines are what is left.
 */
const readDocument = async (
  chunks: Chunks,
  limit: number,
): Promise<{ readonly document: object | null; readonly all: Chunks }> => {
  const iterator = chunks[Symbol.asyncIterator]();
  const read: Uint8Array[] = [];
  const lines = (): { readonly document: null; readonly all: Chunks } => ({
    document: null,
    all: resume(read, iterator),
  });
  // From the first chunk that is not blank on; null once the first line is known.
  let start: Uint8Array[] | null = [];
  for (let length = 0; length <= limit;) {
    const next = await iterator.next();
    if (next.done) return { document: documentOf(Buffer.concat(read)), all: resume(read, iterator) };
    read.push(next.value);
    length += next.value.length;
    if (start === null || (start.length === 0 && isBlank(next.value))) continue;
    start.push(next.value);
    if (!next.value.includes(NEWLINE)) continue;
    const line = firstLineOf(Buffer.concat(start));
    if (line === null) continue;
    start = null;
    if (!mayBegin(line) || isObject(line)) return lines();
  }
  return lines();
};

const NEWLINE = 0x0a;
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

const isBlank = (bytes: Uint8Array): boolean => bytes.every((byte) => byte <= 0x20);

/** The first line that is not blank, when its end is there. */
const firstLineOf = (bytes: Buffer): Buffer | null => {
  const text = withoutBlanks(bytes);
  const end = text.indexOf(NEWLINE);
  return end === -1 ? null : text.subarray(0, end);
};

const withoutBlanks = (bytes: Buffer): Buffer => {
  const from = bytes.subarray(0, 3).equals(BYTE_ORDER_MARK) ? 3 : 0;
  const first = bytes.subarray(from).findIndex((byte) => byte > 0x20);
  return first === -1 ? bytes.subarray(bytes.length) : bytes.subarray(from + first);
};

/** Whether a document of objects or arrays may begin so. */
const mayBegin = (text: Buffer): boolean => text[0] === 0x7b || text[0] === 0x5b;

const isObject = (bytes: Buffer): boolean => {
  const value = attempt(bytes);
  return typeof value === 'object' && value !== null && !Array.isArray(value);
};

const documentOf = (bytes: Buffer): object | null => {
  const value = mayBegin(withoutBlanks(bytes)) ? attempt(bytes) : undefined;
  return typeof value === 'object' ? value : null;
};

const attempt = (bytes: Buffer): unknown => {
  try {
    return parseJson(bytes, MOST_MEMBERS);
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
/** Of a file of which something goes wrong nine records in ten are still read. */
const LEAST_SHARE = 0.1;

/** Ends the reading of what is certainly no OSV feed, so that it costs little: each refusal has a reason to find. */
export const refuseForeignText = (
  read: number,
  good: number,
  first: { readonly refused: string } | undefined,
  isEnd: boolean,
): void => {
  if (good > 0 && read - good >= HOPELESS && good < read * LEAST_SHARE)
    throw brokenFeed(
      `Of the first ${read} records of the file ${read - good} are none${first ? `; the first one ${first.refused}` : ''}. Send JSON, JSON lines or a zip archive of OSV records.`,
    );
  if (good > 0 || (!isEnd && read < HOPELESS)) return;
  throw brokenFeed(
    `The file holds no OSV record${first ? `; the first one ${first.refused}` : ''}. Send JSON, JSON lines or a zip archive of OSV records.`,
    { line: 1 },
  );
};
