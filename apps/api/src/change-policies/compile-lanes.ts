import type { PolicyLog } from '../policy-log/policy-log.js';
import type { NotCompiled, SetComposer } from '../policy-set/set-composer.js';
import { CONTENDED, type Uncompiled, type Waiting } from './commit-wishes.js';
import { foldWishes, type Admitted } from './fold-wishes.js';

/** Wishes that wait for the compiler: one compilation at a time in a workspace, of all that wait there. */
export interface CompileLanes {
  add(uncompiled: readonly Uncompiled[]): void;
}

interface Ports {
  readonly policies: PolicyLog;
  readonly composer: SetComposer;
  /** Takes wishes whose module is there now; resolves when they were decided. */
  readonly onCompiled: (wishes: readonly Waiting[]) => Promise<void>;
}

/** Times that the module of a wish is made and is old before the wish is granted, because another process came first. */
const MOST_TURNS = 20;

export const openCompileLanes = (ports: Ports): CompileLanes => {
  const lanes = new Map<string, Waiting[]>();

  /** Invariant: a module is made on a book that has all that was compiled here before, or it would be old at once. */
  const work = async (workspace: string, lane: Waiting[]): Promise<void> => {
    while (lane.length > 0) await compileFor(ports, workspace, lane.splice(0));
    lanes.delete(workspace);
  };
  const laneOf = (workspace: string): Waiting[] => {
    const known = lanes.get(workspace);
    if (known) return known;
    const lane: Waiting[] = [];
    lanes.set(workspace, lane);
    // After all that come together are in it.
    queueMicrotask(() => void work(workspace, lane));
    return lane;
  };

  return {
    add: (uncompiled) => {
      for (const { workspace, wish } of uncompiled) {
        if (wish.turns >= MOST_TURNS) wish.answer(CONTENDED);
        else laneOf(workspace).push({ ...wish, turns: wish.turns + 1 });
      }
    },
  };
};

/** Makes the module that these wishes lead to together. A text that is refused takes with it who wants it, no one else. Never rejects. */
const compileFor = async (ports: Ports, workspace: string, wishes: readonly Waiting[]): Promise<void> => {
  let open = wishes;
  try {
    while (open.length > 0) {
      const { book } = await ports.policies.open();
      const { admitted, book: after } = foldWishes(open, book);
      const refused = await ports.composer.compile(after, workspace, textsOf(admitted));
      if (!refused) {
        await ports.onCompiled(open);
        return;
      }
      const blamed = blame(admitted, refused);
      for (const wish of blamed) wish.answer(refused.refusal);
      open = open.filter((wish) => !blamed.has(wish));
    }
  } catch (fault) {
    for (const wish of open) wish.fail(fault);
  }
};

/** Those that activate the refused text; all, when it was active before them and none of them can have its module. */
const blame = (admitted: readonly Admitted<Waiting>[], { culprit }: NotCompiled): ReadonlySet<Waiting> => {
  const wanting = admitted.filter(({ events }) =>
    events.some(({ type, data }) => type === 'PolicyActivated' && data.policyId === culprit),
  );
  return new Set((wanting.length > 0 ? wanting : admitted).map(({ wish }) => wish));
};

/** Texts that are stored only with the wishes themselves, by digest. */
const textsOf = (admitted: readonly Admitted<Waiting>[]): ReadonlyMap<string, string> =>
  new Map(
    admitted.flatMap(({ evidence }) =>
      evidence.map(({ digest, bytes }) => [digest, Buffer.from(bytes).toString('utf8')] as const),
    ),
  );
