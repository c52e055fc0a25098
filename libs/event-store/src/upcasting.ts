import type { StoredEvent } from './event.js';

/** Turns the data of one version into the data of the next. Pure; it sees what `JSON.parse` gives for the stored text. */
export type Upcaster = (data: unknown) => unknown;

/** Event type to (version to upcaster from that version to the next). */
export type UpcasterTable = Readonly<Record<string, Readonly<Record<number, Upcaster>>>>;

const registered = new Map<string, Map<number, Upcaster>>();

/**
 * Makes upcasters known to this process; `read` and `follow` apply them.
 * @throws Error when another upcaster is registered for the same type and version.
 */
export const registerUpcasters = (table: UpcasterTable): void => {
  for (const [type, steps] of Object.entries(table)) {
    for (const [version, step] of Object.entries(steps)) registerStep(type, Number(version), step);
  }
};

const registerStep = (type: string, version: number, step: Upcaster): void => {
  const steps = registered.get(type) ?? new Map<number, Upcaster>();
  const present = steps.get(version);
  if (present !== undefined && present !== step) throw new Error(`Two upcasters are registered for ${type} version ${version}.`);
  registered.set(type, steps.set(version, step));
};

/**
 * The event in the newest version this process knows. What is stored does not change, nor does `dataText`.
 * @throws Error when the type has upcasters but the event is newer than what they lead to.
 */
export const upcast = <E extends Pick<StoredEvent, 'type' | 'version' | 'data'>>(event: E): E => {
  const steps = registered.get(event.type);
  if (steps === undefined) return event;
  const newest = Math.max(...steps.keys()) + 1;
  if (event.version > newest) {
    throw new Error(`${event.type} version ${event.version} was written by a newer Weir; this one knows version ${newest}. Update it.`);
  }
  if (event.version === newest) return event;
  let { version, data } = event;
  for (let step = steps.get(version); step !== undefined; step = steps.get(version)) {
    data = step(data);
    version += 1;
  }
  if (version !== newest) throw new Error(`No upcaster leads from ${event.type} version ${version} to ${newest}.`);
  return { ...event, version, data };
};
