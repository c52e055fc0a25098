import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';

/** A sweep under way, as the tables of evaluation show it. */
export interface Sweep {
  /** performance.now() when no package was left that the former set of policies had judged; null while there is one. */
  endedAt(): number | null;
  /** Resolves when it has ended. */
  readonly ended: Promise<void>;
}

const LOOK_EVERY_MS = 200;
/** The policy that comes and goes; it has every package in scope, so that each must be judged again. */
const POLICY = 'malicious-package';

/** Takes a policy out of force, or puts it in again: either way every package is to be judged again. */
export const startSweep = async (apiUrl: string, judge: pg.Client, how: 'activate' | 'deactivate'): Promise<Sweep> => {
  const response = await fetch(new URL(`/v1/policies/${POLICY}/${how}`, apiUrl), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{}',
  });
  if (!response.ok) throw new Error(`The policy ${POLICY} could not be changed: ${await response.text()}`);
  let endedAt: number | null = null;
  const watch = async (): Promise<void> => {
    while (await isOpen(judge)) await sleep(LOOK_EVERY_MS);
    endedAt = performance.now();
  };
  return { endedAt: () => endedAt, ended: watch() };
};

const isOpen = async (judge: pg.Client): Promise<boolean> => {
  const { rows } = await judge.query<{ open: boolean }>(
    `SELECT EXISTS (SELECT FROM evaluation.judgement WHERE presence = 'present' AND policy_set_digest IS DISTINCT FROM
       (SELECT data::jsonb ->> 'policySetDigest' FROM log.event WHERE shard = 'policy/0' AND type IN ('PolicyActivated', 'PolicyDeactivated') ORDER BY position DESC LIMIT 1)) AS open`,
  );
  return rows[0]?.open ?? false;
};
