import { bytesAtMost } from '@weir/contracts';
import { describeIssue } from '@weir/service';
import { z } from 'zod';
import { instantOf } from '../feeds/calendar.js';
import { leaveOut, type LeftOut } from './leave-out.js';
import type { AdvisoryRecord, AffectedPackage, AffectedRange, RangeEvent, RangeEventKind } from './advisory-record.js';

const EVENT_KINDS: readonly RangeEventKind[] = ['introduced', 'fixed', 'last_affected', 'limit'];

const list = <T extends z.ZodType>(item: T) =>
  z
    .array(item)
    .nullish()
    .transform((items) => items ?? []);
const orNull = <T extends z.ZodType>(item: T) => item.nullish().transform((value) => value ?? null);
/** May be left out, and is not null: null would say that nothing is affected, where nothing could be said. */
const statedList = <T extends z.ZodType>(item: T) =>
  z
    .array(item)
    .optional()
    .transform((items) => items ?? []);
const severities = list(z.object({ type: z.string(), score: z.string() }));
const version = z.string().optional();
const event = z.object({ introduced: version, fixed: version, last_affected: version, limit: version });

const range = z.object({ type: z.string(), events: z.array(event).min(1) });

const affected = z.looseObject({
  package: z
    .object({ ecosystem: z.string(), name: z.string(), purl: orNull(z.string()) })
    .optional()
    .transform((named) => named ?? null),
  ranges: statedList(range),
  versions: list(z.string()),
  severity: severities,
});

const instant = z
  .string()
  .refine((text) => instantOf(text) !== null, 'is no RFC 3339 time: write it as 2026-11-22T09:30:00Z');

/** In bytes: beside the key of a package an index of PostgreSQL holds no more. */
export const LONGEST_ID = 255;
const otherId = z.string().superRefine(bytesAtMost(LONGEST_ID));

const advisory = z.looseObject({
  id: z.string().min(1).max(LONGEST_ID),
  modified: instant,
  published: orNull(instant),
  withdrawn: orNull(instant),
  aliases: list(otherId),
  related: list(otherId),
  upstream: list(otherId),
  summary: orNull(z.string()),
  details: orNull(z.string()),
  severity: severities,
  affected: statedList(affected),
  references: list(z.object({ type: z.string(), url: z.string() })),
  database_specific: orNull(z.record(z.string(), z.unknown())),
  // Kept in `extra`, and shown to policies: what is there has the type that they expect.
  schema_version: z.string().nullish(),
  credits: z.array(z.looseObject({ name: z.string() })).nullish(),
});

/** A record as far as it can be read. */
export interface ReadAdvisory {
  readonly record: AdvisoryRecord;
  /** The JSON without what could not be read. */
  readonly json: unknown;
  /** What could not be read; empty: nothing. */
  readonly leftOut: readonly LeftOut[];
}

/**
 * Reads one OSV record member by member: what cannot be read is left out, and what else the record says counts. It is
 * refused when nobody can tell which record it is or how new.
 */
export function readAdvisory(json: unknown): ReadAdvisory | { readonly refused: string } {
  const leftOut: LeftOut[] = [];
  let document = json;
  for (;;) {
    const read = advisory.safeParse(document);
    if (read.success) return { record: recordOf(read.data), json: document, leftOut };
    const rest = leaveOut(document, read.error.issues);
    if (rest === null || leftOut.length > MOST_LEFT_OUT) return { refused: refusal(read.error) };
    leftOut.push(...rest.leftOut);
    document = rest.document;
  }
}

const MOST_LEFT_OUT = 10_000;

/** The record of `readAdvisory`; members the schema does not know are kept in `extra`. The refusal names the member. */
export function parseAdvisory(json: unknown): AdvisoryRecord | { readonly refused: string } {
  const read = readAdvisory(json);
  return 'refused' in read ? read : read.record;
}

function recordOf(read: z.infer<typeof advisory>): AdvisoryRecord {
  const { id, modified, published, withdrawn, aliases, related, upstream, summary, details, ...others } = read;
  const { severity, affected: packages, references, database_specific, ...extra } = others;
  return {
    id,
    modified,
    published,
    withdrawn,
    aliases,
    related,
    upstream,
    summary,
    details,
    severity,
    references,
    database_specific,
    extra,
    affected: packages.map(affectedPackage),
  };
}

function affectedPackage({
  package: named,
  ranges,
  versions,
  severity,
  ...extra
}: z.infer<typeof affected>): AffectedPackage {
  return { package: named, ranges: ranges.map(affectedRange), versions, severity, extra };
}

const affectedRange = ({ type, events }: z.infer<typeof range>): AffectedRange => ({
  type,
  events: events.flatMap(rangeEvents),
});

const rangeEvents = (stated: z.infer<typeof event>): RangeEvent[] =>
  EVENT_KINDS.flatMap((kind) => {
    const at = stated[kind];
    return at === undefined ? [] : [{ kind, version: at }];
  });

function refusal(error: z.ZodError): string {
  const [first] = error.issues;
  const path = first?.path.join('.') ?? '';
  return `is not an OSV record: ${path === '' ? 'the record' : path} ${first ? describeIssue(first) : 'is unreadable'}`;
}
