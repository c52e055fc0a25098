import { describeIssue, parseJson, ProblemError } from '@weir/service';
import { z } from 'zod';
import type { Chunks } from '../feeds/peek.js';
import { brokenFeed } from '../feeds/refused-feed.js';
import type { SkippedRecords } from '../feeds/skipped-records.js';

const day = z
  .string()
  .regex(/^\d{4}-\d\d-\d\d$/, 'is no day: write it as YYYY-MM-DD')
  .refine((text) => !Number.isNaN(Date.parse(text)), 'is no day of the calendar');

const catalogue = z.object({
  catalogVersion: z.string().min(1).max(100),
  dateReleased: z
    .string()
    .refine((text) => !Number.isNaN(Date.parse(text)), 'is no RFC 3339 time: write it as 2026-11-22T09:30:00Z'),
  count: z.int().nonnegative(),
  vulnerabilities: z.array(z.unknown()).min(1),
});

const entry = z.object({
  cveID: z.string().regex(/^CVE-\d{4}-\d{4,19}$/, 'is no CVE id: write it as CVE-YYYY-NNNN'),
  vulnerabilityName: z.string(),
  dateAdded: day,
  dueDate: z
    .union([day, z.literal('').transform(() => null), z.null()])
    .optional()
    .transform((value) => value ?? null),
  knownRansomwareCampaignUse: z.string().optional(),
});

export interface KevRecord {
  readonly cve: string;
  readonly name: string;
  readonly dateAdded: string;
  readonly dueDate: string | null;
  readonly ransomware: boolean;
}

export interface KevFile {
  readonly catalogVersion: string;
  /** ISO 8601 UTC. */
  readonly releasedAt: string;
  readonly records: number;
  readonly entries: readonly KevRecord[];
}

/** Reads CISA's catalogue (schema: cisa.gov/known-exploited-vulnerabilities). An entry that cannot be used is skipped. */
export const readKev = async (chunks: Chunks, skipped: SkippedRecords): Promise<KevFile> => {
  const read = catalogue.safeParse(parseDocument(await whole(chunks)));
  if (!read.success) {
    const [issue] = read.error.issues;
    throw brokenFeed(
      `The file is not CISA's catalogue: ${issue?.path.join('.') || 'the document'} ${issue && describeIssue(issue)}.`,
    );
  }
  const { catalogVersion, dateReleased, count, vulnerabilities } = read.data;
  if (count !== vulnerabilities.length)
    throw brokenFeed(`The file says it holds ${count} entries and holds ${vulnerabilities.length}: fetch it again.`);
  const entries = new Map<string, KevRecord>();
  vulnerabilities.forEach((value, index) => {
    const record = readEntry(value, index, skipped);
    if (record && entries.has(record.cve))
      skipped.add({
        entry: `vulnerabilities/${index}`,
        id: record.cve,
        reason: 'repeats a CVE; the first entry counts',
      });
    else if (record) entries.set(record.cve, record);
  });
  if (entries.size === 0) throw brokenFeed('The file holds no entry that can be used.');
  return {
    catalogVersion,
    releasedAt: new Date(dateReleased).toISOString(),
    records: vulnerabilities.length,
    entries: [...entries.values()],
  };
};

const whole = async (chunks: Chunks): Promise<Buffer> => {
  const read: Uint8Array[] = [];
  for await (const chunk of chunks) read.push(chunk);
  return Buffer.concat(read);
};

const parseDocument = (bytes: Buffer): unknown => {
  try {
    return parseJson(bytes);
  } catch (fault) {
    if (fault instanceof ProblemError)
      throw brokenFeed(fault.problem.detail.replace(/^The body/, 'The file'), { cause: fault });
    throw fault;
  }
};

const readEntry = (value: unknown, index: number, skipped: SkippedRecords): KevRecord | null => {
  const read = entry.safeParse(value);
  if (read.success) {
    const { cveID: cve, vulnerabilityName: name, dateAdded, dueDate, knownRansomwareCampaignUse } = read.data;
    return { cve, name, dateAdded, dueDate, ransomware: knownRansomwareCampaignUse === 'Known' };
  }
  const [issue] = read.error.issues;
  const id = (value as { readonly cveID?: unknown } | null)?.cveID;
  skipped.add({
    entry: `vulnerabilities/${index}`,
    ...(typeof id === 'string' && { id: id.slice(0, 100) }),
    reason: `${issue?.path.join('.') || 'the entry'} ${issue && describeIssue(issue)}`,
  });
  return null;
};
