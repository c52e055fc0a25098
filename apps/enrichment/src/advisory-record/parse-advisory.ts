import { describeIssue } from '@weir/service';
import { z } from 'zod';
import { instantOf } from '../feeds/calendar.js';
import type { AdvisoryRecord, AffectedPackage, AffectedRange, RangeEvent, RangeEventKind } from './advisory-record.js';

const EVENT_KINDS: readonly RangeEventKind[] = ['introduced', 'fixed', 'last_affected', 'limit'];

const list = <T extends z.ZodType>(item: T) =>
  z
    .array(item)
    .nullish()
    .transform((items) => items ?? []);
const orNull = <T extends z.ZodType>(item: T) => item.nullish().transform((value) => value ?? null);
const severities = list(z.object({ type: z.string(), score: z.string() }));
const version = z.string().optional();
const event = z.object({ introduced: version, fixed: version, last_affected: version, limit: version });

const range = z.object({ type: z.string(), events: z.array(event).min(1) });

const affected = z.looseObject({
  package: orNull(z.object({ ecosystem: z.string(), name: z.string(), purl: orNull(z.string()) })),
  ranges: list(range),
  versions: list(z.string()),
  severity: severities,
});

const instant = z
  .string()
  .refine((text) => instantOf(text) !== null, 'is no RFC 3339 time: write it as 2026-11-22T09:30:00Z');
/** An optional time that cannot be read is left out: what else the record says counts. */
const instantOrNull = z
  .unknown()
  .nullish()
  .transform((value) => (typeof value === 'string' && instantOf(value) !== null ? value : null));

const advisory = z.looseObject({
  id: z.string().min(1).max(255),
  modified: instant,
  published: instantOrNull,
  withdrawn: instantOrNull,
  aliases: list(z.string()),
  related: list(z.string()),
  upstream: list(z.string()),
  summary: orNull(z.string()),
  details: orNull(z.string()),
  severity: severities,
  affected: list(affected),
  references: list(z.object({ type: z.string(), url: z.string() })),
  database_specific: orNull(z.record(z.string(), z.unknown())),
});

/** Reads one OSV record; members the schema does not know are kept in `extra`. The refusal names the member. */
export function parseAdvisory(json: unknown): AdvisoryRecord | { readonly refused: string } {
  const read = advisory.safeParse(json);
  if (!read.success) return { refused: refusal(read.error) };
  const { id, modified, published, withdrawn, aliases, related, upstream, summary, details, ...others } = read.data;
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
  return `not an OSV record: ${path === '' ? 'the record' : path} ${first ? describeIssue(first) : 'is unreadable'}`;
}
