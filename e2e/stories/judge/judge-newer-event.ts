import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import type { Violation } from '../violation.ts';

const PATIENCE_MS = 8_000;
const EVERY_MS = 200;
/** How long a judgement by the old set is waited for. */
const IN_VAIN_MS = 2_000;

type Finding = Omit<Violation, 'step'>;

/**
 * An event that nobody knows is in the shard of the policies: every reader stops and says so, and nothing is judged by
 * what
 * is old. `publish` tells of a package that nobody judged before.
 */
export const judgeNewerEvent = async (
  url: string,
  database: pg.Client,
  type: string,
  publish: () => Promise<string>,
): Promise<Finding | null> => {
  const ready = await until(url, '/ready', (status, text) => status === 503 && text.includes(type));
  if (ready) return finding('/ready', `503 that names ${type}`, ready);
  const policies = await until(url, '/v1/policies', (status, text) => status === 503 && text.includes('"detail"'));
  if (policies) return finding('/v1/policies', 'a problem with status 503', policies);
  const id = await publish();
  await sleep(IN_VAIN_MS);
  const { rows } = await database.query(
    `SELECT FROM log.event WHERE type = 'DecisionRecorded' AND strpos(data, $1) > 0`,
    [id],
  );
  return rows.length === 0 ? null : finding(id, 'no judgement by the old policies', `${rows.length} decisions`);
};

const finding = (subject: string, expected: string, actual: string): Finding => ({
  kind: 'newer event',
  subject,
  expected,
  actual,
});

/** Null once it is so; else what was answered last. */
const until = async (
  url: string,
  path: string,
  isRight: (status: number, text: string) => boolean,
): Promise<string | null> => {
  for (const end = Date.now() + PATIENCE_MS; ;) {
    const response = await fetch(new URL(path, url));
    const text = await response.text();
    if (isRight(response.status, text)) return null;
    if (Date.now() > end) return `${response.status} ${text.slice(0, 300)}`;
    await sleep(EVERY_MS);
  }
};
