import type { JudgingProgress } from '@weir/contracts';
import { atMostEvery, observe } from '@weir/service';
import { countPending, type ProgressPorts } from './count-pending.js';

/** Whoever waits for a change to be in force asks a few times a second. */
const EVERY_MS = 500;
/** Who waits for a large sweep should not wait for the count: it may take a fifth of the time that judging takes. */
const REST = 4;

/** What is counted once for all who ask at about the same time. */
export type TellProgress = () => Promise<JudgingProgress>;

export const openProgress = (ports: ProgressPorts): TellProgress =>
  atMostEvery(EVERY_MS, () => countPending(ports), REST);

/** Tells scrapes how much is yet to be judged again; a workspace without any as none. The returned function ends that. */
export const observeProgress = (tell: TellProgress): (() => void) =>
  observe('judgementsPending', async () =>
    (await tell()).workspaces.flatMap(({ workspace, byCause }) =>
      Object.entries(byCause).map(([cause, value]) => ({ value, labels: { workspace, cause } })),
    ),
  );
