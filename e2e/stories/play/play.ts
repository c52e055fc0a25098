import type { SeenLog, StoredDecision } from '../judge/read-log.ts';
import type { Replay } from '../judge/replay-decision.ts';
import type { World } from '../judge/model-state.ts';
import type { RunningSystem } from './running-system.ts';
import type { StoryFeeds } from './story-feeds.ts';
import type { StoryPlayer } from './story-player.ts';

/** Stories that are being played side by side, and all that is common to them. */
export interface Play {
  readonly system: RunningSystem;
  readonly players: readonly StoryPlayer[];
  readonly feeds: StoryFeeds;
  readonly world: World & { loadedAt: World['loadedAt']; engine: World['engine'] };
  /** The instant of the step at hand. */
  now: number;
  step: number;
  /** Dead letters that were there when the process was started: its counter begins at zero. */
  deadLettersBefore: number;
  readonly follow: (database: ReturnType<RunningSystem['database']>) => Promise<SeenLog>;
  readonly replay: Replay;
  /** Which of the fresh decisions are replayed. */
  readonly sample: (decisions: readonly StoredDecision[]) => readonly StoredDecision[];
  readonly random: () => number;
  readonly say: (line: string) => void;
}

/** Those to which every promise was kept so far, and that go on. */
export const going = ({ players, step }: Play): readonly StoryPlayer[] =>
  players.filter(({ violation, story }) => violation === null && step < story.steps.length);

export const isoTime = (millis: number): string => new Date(millis).toISOString();
