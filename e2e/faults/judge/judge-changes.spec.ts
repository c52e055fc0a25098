import { expect, test } from 'vitest';
import type { LedgerChange } from '../load/ledger.ts';
import { NO_PREDECESSOR, type LogRow } from './hash-chain.ts';
import { openChangeJudge } from './judge-changes.ts';

const row = (type: string, data: object): LogRow => ({
  shard: 'policy/0',
  position: 0,
  type,
  version: 1,
  subject: 'p',
  data: JSON.stringify(data),
  metadata: '{}',
  occurred_at: '',
  recorded_at: '',
  prev_hash: NO_PREDECESSOR,
  hash: NO_PREDECESSOR,
});
const active = (revision: number | null): LedgerChange => ({
  kind: 'policy',
  policyId: 'p',
  active: revision,
  madeAt: 0,
});
const loaded = (content: string): LedgerChange => ({ kind: 'feed', feed: 'kev', content, madeAt: 0 });

test('what the client knows of policies and feeds is held against what the log tells last', () => {
  const judge = openChangeJudge();
  judge.see(row('FeedLoaded', { content: 'sha256:a' }));
  judge.see(row('PolicyActivated', { policyId: 'p', revision: 2, policySetDigest: 'with' }));
  expect(judge.policiesAstray([active(1), active(2)])).toBe(0);
  expect(judge.policiesAstray([active(2), active(1)]), 'a change that came to nothing').toBe(1);
  judge.see(row('PolicyDeactivated', { policyId: 'p', policySetDigest: 'without' }));
  expect(judge.policiesAstray([active(2)]), 'a change that nobody made').toBe(1);
  expect(judge.policiesAstray([active(2), active(null)])).toBe(0);
  expect(judge.policySetDigest()).toBe('without');
  expect(judge.feedsUnrecorded([loaded('sha256:a'), loaded('sha256:b')])).toBe(1);
});
