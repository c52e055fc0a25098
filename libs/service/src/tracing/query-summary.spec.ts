import { expect, test } from 'vitest';
import { summaryOf } from './query-summary.js';

test.each([
  ['SELECT shard, size FROM log.shard_head ORDER BY shard', 'SELECT log.shard_head'],
  ['  INSERT INTO intelligence.position AS p (topic) SELECT $1', 'INSERT intelligence.position'],
  ['UPDATE api.follower SET next_position = $2 WHERE shard = $1', 'UPDATE api.follower'],
  ['DELETE FROM topic.message m USING passed p', 'DELETE topic.message'],
  ['WITH moved AS (DELETE FROM a.b RETURNING *) INSERT INTO c.d SELECT * FROM moved', 'INSERT a.b c.d'],
  ['BEGIN ISOLATION LEVEL READ COMMITTED; SET LOCAL lock_timeout = 10', 'BEGIN'],
  ['COMMIT', 'COMMIT'],
  ['SELECT * FROM unnest($1::text[]) AS n JOIN intelligence."position" x ON true', 'SELECT intelligence.position'],
  ['INSERT INTO log.evidence (digest, kind) VALUES ($1, $2)', 'INSERT log.evidence'],
  ['SELECT topic.publish($1::text[])', 'SELECT'],
  ['', 'QUERY'],
])('%s', (text, summary) => expect(summaryOf(text)).toBe(summary));

test('a name stays short however many tables a statement touches', () => {
  const text = `SELECT ${Array.from({ length: 50 }, (_, i) => `* FROM s.table_${i}`).join(' UNION SELECT ')}`;
  expect(summaryOf(text).length).toBeLessThanOrEqual(100);
});
