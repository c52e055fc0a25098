/** Turns the data of one version into the data of the next. Pure; it sees what `JSON.parse` gives for the stored text. */
export type Upcaster = (data: unknown) => unknown;

/** What a process knows of one type of event. */
export interface EventKind {
  readonly newest: number;
  /** From version 1 on, each leads to the next version; their number is one less than `newest`. */
  readonly upcasters: readonly Upcaster[];
}

/** Every type of event that a process can read and append. What is not in it was written by a newer Weir. */
export type EventCatalog = Readonly<Record<string, EventKind>>;

/** @throws TypeError when the upcasters of a type do not lead from version 1 to its newest. */
export const checkCatalog = (catalog: EventCatalog): void => {
  for (const [type, { newest, upcasters }] of Object.entries(catalog)) {
    if (upcasters.length === newest - 1) continue;
    throw new TypeError(`${type} has ${upcasters.length} upcasters: ${newest - 1} lead from version 1 to ${newest}.`);
  }
};

interface Stamp {
  readonly type: string;
  readonly version: number;
}

/** What is known of the event's type, or null when it, or the event's version, is unknown. */
export const kindOf = (catalog: EventCatalog, { type, version }: Stamp): EventKind | null => {
  const kind = Object.hasOwn(catalog, type) ? catalog[type] : undefined;
  return kind !== undefined && version >= 1 && version <= kind.newest ? kind : null;
};
