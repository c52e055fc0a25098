import { z } from 'zod';

const UNITS = { s: 1_000, m: 60_000, h: 3_600_000 } as const;
const PAUSES = /^(?:[1-9]\d{0,3}[smh](?:,[1-9]\d{0,3}[smh])*)?$/;

/** RETRY_PAUSES of every service that reads topics; `retryPausesOf` makes numbers of it. */
export const retryPausesSchema = z
  .string()
  .regex(PAUSES, 'give times separated by commas, such as 5s,1m,10m; empty for none')
  .default('5s,1m,10m')
  .describe(
    'How long a message that faults alone waits before each further attempt, in topics of its own; at most as many as `weir topics apply` made. After the last it is a dead letter. Empty: it holds its partition up',
  );

/** Milliseconds. */
export const retryPausesOf = (text: string): readonly number[] =>
  text
    .split(',')
    .filter(Boolean)
    .map((pause) => Number.parseInt(pause, 10) * UNITS[pause.at(-1) as keyof typeof UNITS]);
