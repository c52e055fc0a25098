import { atMostEvery, observe } from '@weir/service';
import type pg from 'pg';

const EVERY_MS = 2_000;

/** Tells scrapes how many packages stand in which state. The returned function ends that. */
export const observePackages = (pool: pg.Pool): (() => void) => {
  const counts = atMostEvery(EVERY_MS, async () => {
    const { rows } = await pool.query<{ workspace: string; state: string; count: number }>(
      "SELECT workspace, state, count(*)::float8 AS count FROM api.package_view WHERE presence = 'present' GROUP BY workspace, state",
    );
    return rows;
  });
  const forget = [
    observe('packages', async () =>
      (await counts()).map(({ workspace, state, count }) => ({ value: count, labels: { workspace, state } })),
    ),
    observe('quarantinesOpen', async () => quarantines(await counts())),
  ];
  return () => forget.forEach((end) => end());
};

/** A workspace without any counts as none, so that a panel shows zero and not a gap. */
const quarantines = (
  counts: readonly { readonly workspace: string; readonly state: string; readonly count: number }[],
) =>
  [...Map.groupBy(counts, ({ workspace }) => workspace)].map(([workspace, rows]) => ({
    value: rows.find(({ state }) => state === 'quarantined')?.count ?? 0,
    labels: { workspace },
  }));
