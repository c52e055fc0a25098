import { setTimeout as sleep } from 'node:timers/promises';
import type { JudgingProgress } from '@weir/contracts';
import { counted } from './counted.js';
import { askSystem, problemText, type RunningSystem } from './ask-system.js';
import type { Output } from './output.js';

/** A change of policies to wait for. */
export interface WaitFor {
  readonly workspace: string;
  /** As the answer to the change has it. */
  readonly policyEvents: number;
  readonly seconds: number;
}

const EVERY_MS = 500;

/** Waits until the change is in force and nothing of the workspace is yet to be judged again; false when time is up. */
export const waitUntilJudged = async (
  system: RunningSystem,
  { workspace, policyEvents, seconds }: WaitFor,
  output: Output,
): Promise<boolean> => {
  const end = performance.now() + seconds * 1000;
  let last: string | null = null;
  for (;;) {
    const left = await remaining(system, workspace, policyEvents);
    if (left === 0) return true;
    const said =
      left === null
        ? 'The change is not in force yet.'
        : `${counted(left, 'package is', 'packages are')} yet to be judged again.`;
    if (said !== last) output.stderr(said);
    last = said;
    if (performance.now() >= end) return false;
    await sleep(EVERY_MS);
  }
};

/** null while the change is not in force. What is due by time alone is no matter of the change. */
const remaining = async (system: RunningSystem, workspace: string, policyEvents: number): Promise<number | null> => {
  const { ok, body } = await askSystem(system, 'GET', `/v1/judging?workspace=${encodeURIComponent(workspace)}`);
  if (!ok) throw new Error(`How far judging is cannot be told: ${problemText(body)}`);
  const progress = body as JudgingProgress;
  if (progress.policyEvents < policyEvents) return null;
  return progress.workspaces
    .map(({ pending, byCause }) => pending - byCause.time)
    .reduce((sum, pending) => sum + pending, 0);
};
