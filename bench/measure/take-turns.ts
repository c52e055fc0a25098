import { pairRatios } from './figure.ts';

/** What one side did in its turn. */
export interface Turn {
  readonly perSecond: number;
  /** Microseconds of CPU for one operation, of the processes that do the work; the client of a server is told apart. */
  readonly cpuMicros: number;
  readonly clientCpuMicros?: number;
}

export interface Turns {
  readonly ours: readonly Turn[];
  readonly theirs: readonly Turn[];
}

/** One side after the other, so that what else the machine does meets both; a first turn of each is not counted. */
export const takeTurns = async (
  pairs: number,
  ours: () => Promise<Turn>,
  theirs: () => Promise<Turn>,
): Promise<Turns> => {
  await ours();
  await theirs();
  const turns: { ours: Turn[]; theirs: Turn[] } = { ours: [], theirs: [] };
  for (let pair = 0; pair < pairs; pair += 1) {
    turns.ours.push(await ours());
    turns.theirs.push(await theirs());
  }
  return turns;
};

/** Ours against theirs by time, pair by pair. */
export const ratiosByTime = ({ ours, theirs }: Turns): readonly number[] =>
  pairRatios(
    ours.map(({ perSecond }) => perSecond),
    theirs.map(({ perSecond }) => perSecond),
  );

/** Ours against theirs by the CPU an operation costs, without the peer's client. */
export const ratiosByCpu = ({ ours, theirs }: Turns): readonly number[] =>
  pairRatios(
    theirs.map(({ cpuMicros }) => cpuMicros),
    ours.map(({ cpuMicros }) => cpuMicros),
  );

/** In each pair the ratio that is worse for us. */
export const lesserRatios = (turns: Turns): readonly number[] => {
  const byCpu = ratiosByCpu(turns);
  return ratiosByTime(turns).map((ratio, pair) => Math.min(ratio, byCpu[pair] ?? ratio));
};
