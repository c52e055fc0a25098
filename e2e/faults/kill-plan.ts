import { seeded } from '../../tools/testing/seeded.ts';

export const TARGETS = ['ingest', 'enrichment', 'evaluation', 'action', 'api', 'broker', 'postgres'] as const;
export type Target = (typeof TARGETS)[number];

export type Step =
  | {
      readonly kind: 'kill';
      readonly what: Target;
      readonly afterMs: number;
      readonly downMs: number;
      readonly draw: number;
    }
  /** SIGSTOP of an evaluation process for longer than its group waits for it, then SIGCONT. */
  | { readonly kind: 'pause'; readonly afterMs: number; readonly forMs: number; readonly draw: number };

/** What is killed more often comes more often; whatever the number of kills, a beginning of this is taken. */
const DECK: readonly Target[] = [
  'broker',
  'evaluation',
  'postgres',
  'enrichment',
  'ingest',
  'broker',
  'evaluation',
  'action',
  'postgres',
  'broker',
  'api',
  'enrichment',
  'evaluation',
  'broker',
  'ingest',
  'postgres',
  'broker',
  'enrichment',
  'evaluation',
  'action',
];

const KILLS_FOR_EACH_PAUSE = 20;
const LEAST_PAUSE_MS = 8_000;

/** The same for the same seed: what is killed, in which order, after how long, and how long it stays dead. */
export const planKills = (kills: number, seed: number): readonly Step[] => {
  const random = seeded(seed);
  const killed = Array.from({ length: kills }, (_, index) => DECK[index % DECK.length] ?? 'broker');
  const steps = killed.map((what): Step => ({
    kind: 'kill',
    what,
    afterMs: 500 + random() * 2_500,
    downMs: random() * 2_000,
    draw: random(),
  }));
  const pauses = Array.from({ length: Math.ceil(kills / KILLS_FOR_EACH_PAUSE) }, (): Step => ({
    kind: 'pause',
    afterMs: 1_000,
    forMs: LEAST_PAUSE_MS + random() * 4_000,
    draw: random(),
  }));
  return shuffled([...steps, ...pauses], random);
};

/** Fisher and Yates. */
const shuffled = <Item>(items: readonly Item[], random: () => number): readonly Item[] => {
  const rest = [...items];
  const drawn: Item[] = [];
  while (rest.length > 0) drawn.push(...rest.splice(Math.floor(random() * rest.length), 1));
  return drawn;
};
