import type { Figure } from '../measure/figure.ts';

/** A performance goal and the figure that is held against it. */
export interface Goal {
  readonly goal: string;
  /** Name of the figure. */
  readonly figure: string;
  readonly what: string;
  readonly bound: number;
  readonly stretch: number;
  readonly better: 'higher' | 'lower';
}

const goal = (
  figure: string,
  what: string,
  bound: number,
  stretch: number,
  better: Goal['better'] = 'higher',
): Goal => ({ goal: figure.split('-')[0] ?? figure, figure, what, bound, stretch, better });

export const GOALS: readonly Goal[] = [
  goal(
    'G1',
    'durable events/s end to end on Kafka and PostgreSQL, everything on this machine, 10 policies',
    5_000,
    8_000,
  ),
  goal('G2', 'the same as a share of a bare Kafka-to-COPY loop over the decisions', 0.4, 0.6),
  goal('G3-evaluate', 'decisions/s in process against OPA REST, the lesser of the ratios by time and by CPU', 10, 13),
  goal('G3-append', 'decisions/s with the durable append against OPA REST with its decision log', 10, 15),
  goal('G3-http', 'verdicts/s over HTTP against OPA REST', 1, 2),
  goal('G4-p50', 'intended send time to committed decision at 1,000 events/s, median, ms', 15, 8, 'lower'),
  goal('G4-p99', 'the same, 99th percentile, ms', 60, 25, 'lower'),
  goal('G7', 'events/s read back with hash check, per core', 50_000, 70_000),
  goal('G8', "append against Message DB's write_message, 8 clients", 10, 18),
  ...(['slow-bodies', 'junk-lines', 'streams', 'big-bodies', 'empty-lists'] as const).map((kind) =>
    goal(`G15-${kind}`, `p99 of verdicts under ${kind} against idle p99`, 3, 1.5, 'lower'),
  ),
  goal('G10', 'p99 of live events during a sweep against idle p99', 2, 1.3, 'lower'),
];

export type Judgement = 'stretch' | 'passed' | 'missed' | 'not measured';

/** A goal passes on the worst of the measurements, not on the median. */
export const judge = ({ bound, stretch, better }: Goal, figure: Figure | undefined): Judgement => {
  if (figure === undefined) return 'not measured';
  const reaches = (limit: number): boolean => (better === 'higher' ? figure.min >= limit : figure.max <= limit);
  if (reaches(stretch)) return 'stretch';
  return reaches(bound) ? 'passed' : 'missed';
};
