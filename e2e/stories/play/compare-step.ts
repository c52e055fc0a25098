import { countedDeadLetters } from '../judge/read-dead-letters.ts';
import type { StoredDecision } from '../judge/read-log.ts';
import { readVerdict } from '../judge/read-packages.ts';
import { parsePackage } from '../story-names.ts';
import type { Violation } from '../violation.ts';
import type { Play } from './play.ts';
import { note, type StoryPlayer } from './story-player.ts';

type Finding = Omit<Violation, 'step'>;

/** Verdicts are one request each, so that of many stories only some are asked for. */
const MOST_VERDICTS = 12;

/** By an engine that answers wrongly nothing can be replayed by another. */
export const replaySome = async (play: Play, fresh: readonly StoredDecision[]): Promise<void> => {
  if (play.world.engine === 'broken') return;
  for (const decision of play.sample(fresh)) {
    const player = play.players.find(({ names }) => decision.workspace.startsWith(`${names.prefix}-`));
    const actual = await play.replay(play.system.database(), decision).catch((fault: unknown) => String(fault));
    if (player && actual !== null)
      note(player, play, { kind: 'replay', subject: decision.id, expected: 'the answers that were recorded', actual });
  }
};

export const compareVerdicts = async (play: Play, judged: readonly StoryPlayer[]): Promise<void> => {
  const asked = judged
    .filter(({ violation }) => violation === null)
    .flatMap((player) => player.model.expected(play.world, play.now).map((expected) => ({ player, ...expected })));
  for (const { player, named, anyOf } of asked.toSorted(() => play.random() - 0.5).slice(0, MOST_VERDICTS)) {
    const { names } = player;
    const allowed = await readVerdict(
      play.system.host().url,
      names.workspace(named.workspace),
      named.repository,
      names.purl(named),
    );
    if (anyOf.some(({ state }) => (state === 'available') === allowed)) continue;
    const expected = anyOf.map(({ state }) => state).join(' or ');
    note(player, play, {
      kind: 'verdict',
      subject: names.purl(named),
      expected,
      actual: allowed ? 'allowed' : 'not allowed',
    });
  }
};

/** What became a dead letter since the process was started is counted where operators look. */
export const compareCounter = async (play: Play): Promise<void> => {
  const deadLetters = (await play.system.deadLetters()).length - play.deadLettersBefore;
  const counted = await countedDeadLetters(play.system.host().url);
  if (counted >= deadLetters) return;
  const [guilty] = play.players.filter(({ accepted }) => accepted.some(({ wants }) => wants !== 'one decision'));
  const finding: Finding = {
    kind: 'uncounted',
    subject: '/metrics',
    expected: `${deadLetters} dead letters`,
    actual: `${counted} counted`,
  };
  const player = guilty ?? play.players[0];
  if (player) note(player, play, finding);
};

/** What a story says that a reader should expect must be what the model says. */
export const compareWithReader = (play: Play, player: StoryPlayer): void => {
  const step = player.story.steps[play.step];
  const expected = player.model.expected(play.world, play.now);
  for (const [text, state] of Object.entries(step?.then ?? {})) {
    const sought = JSON.stringify(parsePackage(text));
    const known = expected.find(({ named }) => JSON.stringify(named) === sought);
    const states = known?.anyOf.map((desired) => desired.state) ?? ['unknown'];
    if (!states.includes(state))
      throw new Error(
        `"${player.story.title}", step ${play.step}: ${text} is told to be ${state}; the model says ${states.join(' or ')}`,
      );
  }
};
