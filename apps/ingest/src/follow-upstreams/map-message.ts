import type { ForeignOrigin } from '@weir/messaging';
import { MAX_BATCH_EVENTS, type SentEvent } from '../accept-events/read-cloud-events.js';
import type { FieldError } from '../accept-events/refusal.js';
import { asText, evaluate, evaluateText, fill, lookUpValue, readsEntry, type Expression } from './expression.js';
import type { Kind, Mapping } from './mapping.js';
import { lookUp, type Roots } from './path.js';
import type { KafkaDocument } from './read-kafka-message.js';

/** A message and where it comes from. */
export interface Mappable {
  readonly document: Exclude<KafkaDocument, { readonly kind: 'tombstone' }>;
  readonly origin: ForeignOrigin;
}

/** The package events of a message by the mapping; none when its types are to be ignored. They are not checked yet. */
export const mapMessage = (
  mapping: Mapping,
  { document, origin }: Mappable,
): readonly SentEvent[] | { readonly errors: readonly FieldError[] } => {
  const message = document.kind === 'cloud event' ? document.event : document.value;
  const roots: Roots = { message, entry: undefined, headers: origin.headers, key: origin.key };
  const entries = mapping.each === undefined ? [undefined] : lookUp(mapping.each, roots);
  if (!Array.isArray(entries))
    return { errors: [{ pointer: 'each', detail: 'leads to no array in this message: mend its path' }] };
  if (entries.length > MAX_BATCH_EVENTS)
    return {
      errors: [
        { pointer: 'each', detail: `leads to ${entries.length} entries: a message may have ${MAX_BATCH_EVENTS}` },
      ],
    };
  const sent: SentEvent[] = [];
  for (const [index, entry] of entries.entries()) {
    const one = mapEntry(
      mapping,
      { document, origin },
      { ...roots, entry: entry as unknown },
      mapping.each === undefined ? null : index,
    );
    if (one === 'ignored') continue;
    if ('errors' in one) return one;
    sent.push(one);
  }
  return sent;
};

const mapEntry = (
  mapping: Mapping,
  mappable: Mappable,
  roots: Roots,
  index: number | null,
): SentEvent | 'ignored' | { readonly errors: readonly FieldError[] } => {
  const kind = kindOf(mapping.type, roots);
  if (kind === 'ignore') return 'ignored';
  if (typeof kind !== 'string') return { errors: [kind] };
  const { repository, workspace, digest, actor, metadata = {} } = mapping;
  const text = (expression: Expression | undefined): unknown => expression && evaluateText(expression, roots);
  const data = defined({
    workspace: text(workspace),
    repository: defined({
      name: text(repository.name),
      format: text(repository.format),
      environment: text(repository.environment),
      team: text(repository.team),
      region: text(repository.region),
    }),
    purl: purlOf(mapping.purl, roots),
    digest: text(digest),
    actor: text(actor),
    ...metadataOf(metadata, roots),
  });
  const event = defined({
    specversion: '1.0',
    id: idOf(mapping, mappable, roots, index),
    source: sourceOf(mapping, mappable, roots),
    type: `dev.weir.package.${kind}.v1`,
    time: timeOf(mapping.time, mappable, roots),
    data,
  });
  return { event, pointer: (path) => fieldOf(mapping, path, index) };
};

/** As JSON has it; the contract says what it may be. */
const metadataOf = (metadata: NonNullable<Mapping['metadata']>, roots: Roots): Readonly<Record<string, unknown>> => {
  const found = Object.fromEntries(
    Object.entries(metadata).map(([name, expression]) => [name, expression && evaluate(expression, roots)]),
  );
  return { ...found, publishedAt: withColonInOffset(found['publishedAt']) };
};

const kindOf = (type: Mapping['type'], roots: Roots): Kind | 'ignore' | FieldError => {
  if (typeof type === 'string') return type;
  const name = asText(evaluateText(type.from, roots));
  if (name === undefined) return { pointer: 'type', detail: 'leads to no text in this message: mend its path' };
  return (
    lookUpValue(new Map(Object.entries(type.values)), name) ?? {
      pointer: 'type',
      detail: `has no value for ${JSON.stringify(name.slice(0, 200))}: add it to type.values, as a kind or as ignore`,
    }
  );
};

/** Stable: whenever the message is read again, it has the same id. */
const idOf = ({ id, each }: Mapping, { document, origin }: Mappable, roots: Roots, index: number | null): unknown => {
  const own = document.kind === 'cloud event' ? asText(document.event['id']) : undefined;
  const whole =
    id === undefined ? (own ?? `${origin.topic}/${origin.partition}/${origin.offset}`) : evaluateText(id, roots);
  const isOwnOfEntry = each === undefined || (id !== undefined && readsEntry(id));
  return isOwnOfEntry || typeof whole !== 'string' ? whole : `${whole}#${index ?? 0}`;
};

const sourceOf = ({ source }: Mapping, { document, origin }: Mappable, roots: Roots): unknown => {
  if (source !== undefined) return evaluateText(source, roots);
  return (document.kind === 'cloud event' ? asText(document.event['source']) : undefined) ?? `/upstream/${origin.name}`;
};

const timeOf = (time: Mapping['time'], { document }: Mappable, roots: Roots): unknown => {
  if (time === undefined) return document.kind === 'cloud event' ? (document.event['time'] ?? undefined) : undefined;
  if (!('unit' in time)) return withColonInOffset(evaluate(time, roots));
  const found = lookUp(time.from, roots);
  const number = typeof found === 'string' && /^\d+(?:\.\d+)?$/.test(found) ? Number(found) : found;
  if (typeof number !== 'number') return found;
  const at = new Date(number * (time.unit === 'seconds' ? 1_000 : 1));
  return Number.isNaN(at.getTime()) ? found : at.toISOString();
};

/** Java and others write +0000 where RFC 3339 has +00:00. */
const withColonInOffset = (value: unknown): unknown =>
  typeof value === 'string' ? value.replace(/([+-]\d\d)(\d\d)$/, '$1:$2') : value;

const purlOf = (purl: Mapping['purl'], roots: Roots): unknown => {
  if ('kind' in purl)
    return purl.kind === 'template' ? fill(purl.pieces, roots, encodeNames) : evaluateText(purl, roots);
  const part = (expression: Expression | undefined): string | undefined =>
    expression && asText(evaluateText(expression, roots));
  const whole = part(purl.fullName);
  const namespace = whole === undefined ? part(purl.namespace) : whole.slice(0, Math.max(0, whole.lastIndexOf('/')));
  const name = whole === undefined ? part(purl.name) : whole.slice(whole.lastIndexOf('/') + 1);
  const [type, version] = [part(purl.type), part(purl.version)];
  if (type === undefined || name === undefined || version === undefined) return undefined;
  const query = Object.entries(purl.qualifiers ?? {}).flatMap(([key, expression]) => {
    const value = part(expression);
    return value === undefined ? [] : [`${encodeURIComponent(key)}=${encodeURIComponent(value)}`];
  });
  const path = `${namespace ? `${encodeNames(namespace)}/` : ''}${encodeURIComponent(name)}@${encodeURIComponent(version)}`;
  return `pkg:${encodeURIComponent(type)}/${path}${query.length === 0 ? '' : `?${query.join('&')}`}`;
};

/** Percent-encoded but for the slashes between names: what a message says cannot become a version or a qualifier. */
const encodeNames = (text: string): string => text.split('/').map(encodeURIComponent).join('/');

const defined = (fields: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));

/** The field of the mapping that made what `path` names in the event, for whoever has to mend it. */
const fieldOf = (mapping: Mapping, path: string, index: number | null): string => {
  const names = path.split('/').slice(1);
  const [first, second] = names[0] === 'data' ? names.slice(1) : names;
  const field =
    first === undefined
      ? 'the mapping'
      : first === 'repository' && second !== undefined
        ? `repository.${second}`
        : Object.hasOwn(mapping.metadata ?? {}, first)
          ? `metadata.${first}`
          : first;
  return index === null ? field : `${field} (entry ${index})`;
};
