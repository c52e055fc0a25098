import type pg from 'pg';
import { figureOf, type Figure } from '../measure/figure.ts';
import { copyRate } from './bare-copy.ts';
import { fdatasyncRate } from './fdatasync-rate.ts';

export interface Limits {
  readonly seconds: number;
  readonly rounds: number;
  readonly rows: number;
}

/** What the disk and PostgreSQL alone can do here, before anything of ours is measured. */
export const measureLimits = async (
  client: pg.Client,
  folder: string,
  { seconds, rounds, rows }: Limits,
): Promise<Readonly<Record<string, Figure>>> => {
  const [syncs, copies]: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round += 1) {
    syncs.push(fdatasyncRate(folder, seconds));
    copies.push(await copyRate(client, { rows, rowBytes: 2_000, rowsPerCommit: 500 }));
  }
  return { 'fdatasync of 8 KB': figureOf(syncs, '/s'), 'COPY of 2 KB rows, 500 a commit': figureOf(copies, 'rows/s') };
};
