import { packageText } from '../story-names.ts';
import type { Violation } from '../violation.ts';
import type { Accepted, StoryPlayer, Wanted } from '../play/story-player.ts';
import { SOURCE } from '../play/story-events.ts';
import type { Desired } from './desired-state.ts';
import { observationKey } from './read-log.ts';
import { toldKey, type ToldPackage } from './read-packages.ts';
import type { World } from './model-state.ts';

/** What was read of a system that has come to rest. */
export interface SeenSystem {
  readonly packages: ReadonlyMap<string, ToldPackage>;
  readonly decisionsOf: ReadonlyMap<string, number>;
  readonly deadLetters: readonly string[];
}

type Finding = Omit<Violation, 'step'>;

/** The first promise that is not kept to a story, or null. */
export const judgeStory = (player: StoryPlayer, seen: SeenSystem, world: World, now: number): Finding | null =>
  wrongPackage(player, seen, world, now) ?? wrongEvent(player, seen);

const wrongPackage = (
  { names, model }: StoryPlayer,
  { packages }: SeenSystem,
  world: World,
  now: number,
): Finding | null => {
  for (const { named, anyOf } of model.expected(world, now)) {
    const told = packages.get(toldKey(names.workspace(named.workspace), named.repository, names.purl(named)));
    if (told && anyOf.some((desired) => isSame(desired, told))) continue;
    const expected = anyOf.map(describe).join(' or ');
    return { kind: 'state', subject: packageText(named), expected, actual: told ? describeTold(told) : 'never judged' };
  }
  return null;
};

const isSame = (desired: Desired, told: ToldPackage): boolean => describe(desired) === describe(told);

const describe = ({ state, tags, policies }: Desired): string =>
  `${state} [${tags.toSorted().join(', ')}] by ${policies.join(', ') || 'nobody'}`;

const describeTold = (told: ToldPackage): string =>
  `${describe(told)} (${[told.decisionId, ...told.errors].join('; ')})`;

const wrongEvent = ({ accepted }: StoryPlayer, seen: SeenSystem): Finding | null => {
  for (const one of accepted) {
    const { id } = one.request;
    const decisions = decisionsAbout(one, seen);
    const dead = seen.deadLetters.filter((text) => text.includes(id)).length;
    if (isKept(one.wants, decisions, dead)) continue;
    const actual = `${decisions} decisions and ${dead} dead letters that name it`;
    const kind = one.wants === 'one decision' && !one.isOdd ? 'decisions' : 'silence';
    return { kind, subject: id, expected: one.wants, actual };
  }
  return null;
};

const isKept = (wants: Wanted, decisions: number, dead: number): boolean => {
  switch (wants) {
    case 'one decision':
      return decisions === 1;
    case 'one decision, or a dead letter':
      return decisions === 1 || (decisions === 0 && dead > 0);
    case 'a dead letter':
      return dead > 0;
    default: {
      const unknown: never = wants;
      throw new Error(`No rule for ${String(unknown)}`);
    }
  }
};

/** Of an event whose id is what is odd about it, a decision may keep a part of the id. */
const decisionsAbout = ({ request: { workspace, id }, isOdd }: Accepted, { decisionsOf }: SeenSystem): number => {
  const exact = decisionsOf.get(observationKey(workspace, SOURCE, id)) ?? 0;
  if (!isOdd || exact > 0) return exact;
  const stem = observationKey(workspace, SOURCE, id).slice(0, -2);
  return [...decisionsOf].filter(([key]) => key.startsWith(stem)).reduce((sum, [, count]) => sum + count, 0);
};
