import { packageEventData, packageEventSchema, type PackageEvent, type PackageEventType } from '@weir/contracts';
import { unstorableIn } from '@weir/postgres';
import { describeIssue, pointerOf } from '@weir/service';
import type { z } from 'zod';
import type { FieldError } from './refusal.js';
import type { SentEvent } from './read-cloud-events.js';

/** A CloudEvent that its schema accepts, with the data of its type. */
export type CheckedEvent = {
  readonly [Type in PackageEventType]: {
    readonly type: Type;
    readonly event: PackageEvent;
    readonly data: z.output<(typeof packageEventData)[Type]>;
  };
}[PackageEventType];

/** Checks a sent event against the contract; every wrong field is told, those of the data too. */
export const checkEvent = ({ event, pointer }: SentEvent): CheckedEvent | readonly FieldError[] => {
  const odd = unreadableData(event) ?? unstorableAttribute(event);
  if (odd) return [{ pointer: pointer(odd.path), detail: odd.detail }];
  const envelope = packageEventSchema.safeParse(event);
  if (!envelope.success) return fieldErrors(envelope.error.issues, pointer, '');
  const { data, ...attributes } = envelope.data;
  const checked = packageEventData[attributes.type].safeParse(data);
  if (!checked.success) return fieldErrors(checked.error.issues, pointer, '/data');
  return { type: attributes.type, event: envelope.data, data: checked.data };
};

const fieldErrors = (
  issues: readonly z.core.$ZodIssue[],
  pointer: SentEvent['pointer'],
  prefix: string,
): readonly FieldError[] =>
  issues.map((issue) => ({ pointer: pointer(pointerOf(issue, prefix)), detail: describeIssue(issue) }));

/** Data that is there but not as JSON. */
const unreadableData = (event: unknown): { readonly path: string; readonly detail: string } | null => {
  if (typeof event !== 'object' || event === null) return null;
  if ('data_base64' in event) return { path: '/data_base64', detail: 'is not accepted: send the data as JSON in data' };
  const isJson =
    !('datacontenttype' in event) ||
    /^application\/(?:json|[\w.-]+\+json)\s*(?:;|$)/i.test(String(event.datacontenttype));
  return isJson ? null : { path: '/datacontenttype', detail: 'names data that is not JSON: send application/json' };
};

/** What JSON cannot bring any more, headers can: they are percent-decoded. */
const unstorableAttribute = (event: unknown): { readonly path: string; readonly detail: string } | null => {
  for (const [name, value] of Object.entries(Object(event) as Readonly<Record<string, unknown>>)) {
    const unstorable = typeof value === 'string' ? unstorableIn(value) : null;
    if (unstorable)
      return { path: `/${name}`, detail: `holds ${unstorable}, which cannot be stored: remove the character` };
  }
  return null;
};
