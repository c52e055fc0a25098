import { isTransient } from '@weir/postgres';
import { currentTraceparent } from '@weir/service';
import type { PolicyLog } from '../policy-log/policy-log.js';
import type { SetComposer } from '../policy-set/set-composer.js';
import { answerable } from '../refusals/answerable.js';
import { isRefused, type PolicyRefusal } from '../refusals/policy-refusal.js';
import { commitWishes, type Waiting } from './commit-wishes.js';
import { openCompileLanes } from './compile-lanes.js';
import { foldWishes, workspacesChanged } from './fold-wishes.js';
import type { Granted, Wish } from './wish.js';

/** The one way in which this process changes policies. */
export interface PolicyChanges {
  /** Grants the wish with all that wait beside it, or refuses it alone. */
  submit(wish: Wish): Promise<Granted | PolicyRefusal>;
  /** What the wish would come to now, compiled where that is needed; nothing is stored. */
  preview(wish: Wish): Promise<Granted | PolicyRefusal>;
}

interface Ports {
  readonly policies: PolicyLog;
  readonly composer: SetComposer;
}

/**
 * A queue. What waits while a change is appended is appended with the next, as one change of each workspace's set. Who
 * needs the compiler waits for it elsewhere, with all others of the workspace that do, and comes back: saving, retiring,
 * turning off, and whatever the known modules hold never wait for a compiler.
 */
export const openPolicyChanges = (ports: Ports): PolicyChanges => {
  let waiting: Waiting[] = [];
  let working: Promise<void> | null = null;

  /** What cannot be appended for what one of them brings must not keep the others from it. */
  const commit = async (wishes: readonly Waiting[]): Promise<void> => {
    try {
      lanes.add(await commitWishes(ports, wishes));
    } catch (fault) {
      if (wishes.length > 1 && !isTransient(fault)) for (const wish of wishes) await commit([wish]);
      else for (const wish of wishes) wish.fail(fault);
    }
  };
  const work = async (): Promise<void> => {
    while (waiting.length > 0) {
      const wishes = waiting;
      waiting = [];
      await commit(wishes);
    }
    working = null;
  };
  const lanes = openCompileLanes({
    ...ports,
    onCompiled: (wishes) => {
      waiting = [...wishes, ...waiting];
      return (working ??= work());
    },
  });

  const submit = (wish: Wish): Promise<Granted | PolicyRefusal> =>
    new Promise((answer, fail) => {
      waiting.push({ ...wish, traceparent: currentTraceparent(), turns: 0, answer, fail });
      working ??= work();
    });
  return {
    submit: (wish) => answerable(submit(wish)),
    preview: (wish) => answerable(preview(ports, wish)),
  };
};

const preview = async ({ policies, composer }: Ports, wish: Wish): Promise<Granted | PolicyRefusal> => {
  const { book: before, size } = await policies.open();
  const decided = wish.decide(before);
  if (isRefused(decided)) return decided;
  const { book: after } = foldWishes([wish], before);
  const texts = new Map(
    decided.evidence.map(({ digest, bytes }) => [digest, Buffer.from(bytes).toString('utf8')] as const),
  );
  for (const workspace of workspacesChanged([decided])) {
    if (await composer.compose({ workspace, before, after })) continue;
    const refused = await composer.compile(after, workspace, texts);
    if (refused) return refused.refusal;
  }
  return { book: after, events: decided.events, policyEvents: size };
};
