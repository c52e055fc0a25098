import { textArray } from '@weir/postgres';
import type pg from 'pg';

/** The fewest days for which an observation is known by its name (OBSERVATION_DAYS). */
export const LEAST_OBSERVATION_DAYS = 30;

const DAY_MS = 86_400_000;

/** Something that happened to a package. */
interface Happened {
  readonly key: string;
  readonly observed: { readonly observation: { readonly occurredAt: string } };
}

/** What is younger is in the ledger if it was recorded: nobody has to look. A day less, for clocks that differ. */
export const mayBeForgotten = ({ observed }: Pick<Happened, 'observed'>, now: Date): boolean =>
  Date.parse(observed.observation.occurredAt) < now.getTime() - (LEAST_OBSERVATION_DAYS - 1) * DAY_MS;

/** Of each package the first row alone: it says until when what is gone had happened. */
const FORGOTTEN = `
  SELECT asked.number::integer AS number
    FROM unnest($1::text[], $2::text[]::timestamptz[]) WITH ORDINALITY AS asked (key, at, number), LATERAL (
      SELECT forgotten_until FROM intelligence.observation o WHERE o.package_key = asked.key ORDER BY o.ordinal LIMIT 1) AS first
   WHERE asked.at <= first.forgotten_until`;

/**
 * Those that may have been recorded and forgotten: what they tell happened while the ledger of their package was not kept
 * whole. Lock their entries of the inventory before.
 */
export const readForgotten = async <Told extends Happened>(
  client: pg.PoolClient,
  told: readonly Told[],
): Promise<ReadonlySet<Told>> => {
  if (told.length === 0) return new Set();
  const { rows } = await client.query<{ number: number }>(FORGOTTEN, [
    textArray(told.map(({ key }) => key)),
    textArray(told.map(({ observed }) => observed.observation.occurredAt)),
  ]);
  return new Set(rows.flatMap(({ number }) => told[number - 1] ?? []));
};
