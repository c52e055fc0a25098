import type { Chance } from '../../tools/testing/random-cases.ts';
import { oddEvent } from './odd-event.ts';

interface Problem {
  readonly detail?: string;
  readonly errors?: readonly { readonly pointer: string; readonly detail: string }[];
}

/** What became of the events of a batch: by id, accepted with the key of the package, or the places that were refused. */
export interface Sent {
  readonly accepted: ReadonlyMap<string, string>;
  readonly refused: ReadonlyMap<string, readonly string[]>;
}

/**
 * Sends a batch until what is left of it is taken: a refusal takes nothing, so what it names is left out. An answer that is
 * neither a yes nor a refusal that names fields of single events is a fault.
 */
export const sendOddEvents = (url: string, chance: Chance, ids: readonly string[]): Promise<Sent> =>
  sendEvents(
    url,
    ids.map((id) => ({ id, event: oddEvent(chance, id) })),
  );

/** The same for given events. */
export const sendEvents = async (
  url: string,
  events: readonly { readonly id: string; readonly event: Readonly<Record<string, unknown>> }[],
): Promise<Sent> => {
  const refused = new Map<string, readonly string[]>();
  let rest = events;
  for (;;) {
    if (rest.length === 0) return { accepted: new Map(), refused };
    const body = JSON.stringify(rest.map(({ event }) => event));
    const response = await fetch(new URL('/v1/events', url), {
      method: 'POST',
      headers: { 'content-type': 'application/cloudevents-batch+json' },
      body,
    });
    const answer: unknown = await response.json();
    if (response.status === 202) return { accepted: acceptedOf(answer), refused };
    const places = placesOf(response.status, answer as Problem);
    for (const [index, pointers] of places) {
      const one = rest[index];
      if (one === undefined) throw new Error(`The refusal names event ${index} of ${rest.length}`);
      refused.set(one.id, pointers);
    }
    rest = rest.filter((_, index) => !places.has(index));
  }
};

const acceptedOf = (answer: unknown): ReadonlyMap<string, string> => {
  const { events } = answer as { readonly events: readonly { readonly id: string; readonly packageKey: string }[] };
  return new Map(events.map(({ id, packageKey }) => [id, packageKey]));
};

const placesOf = (status: number, problem: Problem): ReadonlyMap<number, readonly string[]> => {
  const places = new Map<number, string[]>();
  for (const { pointer, detail } of problem.errors ?? []) {
    const [, index, path] = /^\/(\d+)(\/.+)$/s.exec(pointer) ?? [];
    if (index === undefined || path === undefined || detail === '')
      throw new Error(`A refusal that names no field: ${JSON.stringify({ pointer, detail })}`);
    places.set(Number(index), [...(places.get(Number(index)) ?? []), path]);
  }
  if (![413, 422].includes(status) || places.size === 0)
    throw new Error(`Neither taken nor refused by the name of a field: ${status} ${JSON.stringify(problem)}`);
  return places;
};
