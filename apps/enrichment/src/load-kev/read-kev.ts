import { createGiveWay, describeIssue, parseJson, ProblemError } from '@weir/service';
import { z } from 'zod';
import { instantOf } from '../feeds/calendar.js';
import { MOST_MEMBERS } from '../feeds/feed.js';
import type { Chunks } from '../feeds/peek.js';
import { brokenFeed } from '../feeds/refused-feed.js';
import type { SkippedRecords } from '../feeds/skipped-records.js';
import { readKevEntry, stricterOf, type KevRecord } from './read-kev-entry.js';

const catalogue = z.object({
  catalogVersion: z.string().min(1).max(100),
  dateReleased: z
    .string()
    .transform(instantOf)
    .refine((instant) => instant !== null, 'is no RFC 3339 time of the calendar: write it as 2026-11-22T09:30:00Z'),
  count: z.int().nonnegative(),
  vulnerabilities: z.array(z.unknown()).min(1),
});

export interface KevFile {
  readonly catalogVersion: string;
  /** ISO 8601 UTC. */
  readonly releasedAt: string;
  /** The line that says when it was released. */
  readonly releasedLine: number;
  readonly records: number;
  readonly entries: readonly KevRecord[];
  /** Entries of which not even the CVE can be read. */
  readonly nameless: number;
}

/** Reads CISA's catalogue (schema: cisa.gov/known-exploited-vulnerabilities). What cannot be read of it is left out. */
export const readKev = async (chunks: Chunks, skipped: SkippedRecords): Promise<KevFile> => {
  const bytes = await whole(chunks);
  const document = parseDocument(bytes);
  const text = bytes.toString('utf8');
  const read = catalogue.safeParse(document);
  if (!read.success) throw foreignDocument(read.error, text);
  const { catalogVersion, dateReleased, count, vulnerabilities } = read.data;
  if (count !== vulnerabilities.length) {
    const line = lineOf(text, '"count"');
    throw brokenFeed(
      `Line ${line} says that the file holds ${count} entries, and it holds ${vulnerabilities.length}: fetch it again.`,
      { line },
    );
  }
  const { entries, nameless } = await readEntries(vulnerabilities, skipped);
  if (entries.length === 0) {
    const line = lineOf(text, '"vulnerabilities"');
    throw brokenFeed(`None of the entries from line ${line} on names a CVE: send the catalogue as CISA publishes it.`, {
      line,
    });
  }
  return {
    catalogVersion,
    releasedAt: dateReleased ?? '',
    releasedLine: lineOf(text, '"dateReleased"'),
    records: vulnerabilities.length,
    entries,
    nameless,
  };
};

const readEntries = async (
  vulnerabilities: readonly unknown[],
  skipped: SkippedRecords,
): Promise<Pick<KevFile, 'entries' | 'nameless'>> => {
  const entries = new Map<string, KevRecord>();
  const giveWay = createGiveWay();
  let nameless = 0;
  for (const [index, value] of vulnerabilities.entries()) {
    await giveWay();
    const entry = `vulnerabilities/${index}`;
    const { record, unread } = readKevEntry(value);
    if (record === null) {
      nameless += 1;
      skipped.add({ entry, reason: `${unread.join('; ')}: nothing counts as gone by this file` });
      continue;
    }
    const known = entries.get(record.cve);
    entries.set(record.cve, known ? stricterOf(known, record) : record);
    if (known) skipped.add({ entry, id: record.cve, reason: 'repeats a CVE; what is stricter counts' });
    else if (unread.length > 0)
      skipped.addPart({ entry, id: record.cve, reason: `${unread.join('; ')}: what was known of it stays` });
  }
  return { entries: [...entries.values()], nameless };
};

const whole = async (chunks: Chunks): Promise<Buffer> => {
  const read: Uint8Array[] = [];
  for await (const chunk of chunks) read.push(chunk);
  return Buffer.concat(read);
};

/** The line on which a member first stands; 1 when it stands nowhere. */
const lineOf = (text: string, member: string): number => lineAt(text, Math.max(0, text.indexOf(member)));

const lineAt = (text: string, position: number): number => {
  let line = 1;
  for (let at = text.indexOf('\n'); at !== -1 && at < position; at = text.indexOf('\n', at + 1)) line += 1;
  return line;
};

const foreignDocument = (error: z.ZodError, text: string) => {
  const [issue] = error.issues;
  const member = issue?.path[0];
  const line = member === undefined ? 1 : lineOf(text, `"${String(member)}"`);
  return brokenFeed(
    `The file is not CISA's catalogue: ${issue?.path.join('.') || 'the document'} ${issue && describeIssue(issue)} (line ${line}). Send known_exploited_vulnerabilities.json as CISA publishes it.`,
    { line },
  );
};

const parseDocument = (bytes: Buffer): unknown => {
  try {
    return parseJson(bytes, MOST_MEMBERS);
  } catch (fault) {
    if (!(fault instanceof ProblemError)) throw fault;
    const detail = fault.problem.detail
      .replace(/^The body/, 'The file')
      .replace(/ Send one complete JSON document\.$/, '');
    const position = /position (\d+)/.exec(detail)?.[1];
    const line = position === undefined ? 1 : lineAt(bytes.toString('utf8'), Number(position));
    throw brokenFeed(`${detail.replace(/\.?$/, '')} (line ${line}). Fetch it again.`, { line, cause: fault });
  }
};
