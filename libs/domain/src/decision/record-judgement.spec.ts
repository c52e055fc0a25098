import { describe, test } from 'vitest';
import {
  afterwards,
  answer,
  DEADLINE,
  DELETION,
  epssMoved,
  failure,
  given,
  judge,
  LODASH,
  observed,
  OTHER_CAUSES,
  terms,
} from '../../../../tools/testing/judgement-commands.js';
import type { DecisionRecorded, JudgementsConfirmed } from './decision.js';
import type { Memory } from './memory.js';
import type { RecordJudgement } from './record-judgement.js';

type Data = DecisionRecorded['data'];

const QUARANTINED: Data['desired'] = {
  state: 'quarantined',
  tags: ['exceeded-epss'],
  promotion: 'blocked',
  because: [
    { policyId: 'epss', name: 'EPSS at or over 0.2', revision: 1, asks: 'quarantined' },
    { policyId: 'epss', name: 'EPSS at or over 0.2', revision: 1, asks: 'tag exceeded-epss' },
  ],
};
const AVAILABLE: Data['desired'] = { state: 'available', tags: [], promotion: 'allowed', because: [] };
const untouched = { state: 'available', tags: [] } as const;
const answered = (match: boolean): Memory => ({ epss: { match, failures: 0 } });

const decided = (command: RecordJudgement, expected: Partial<Data>): DecisionRecorded => {
  const { type: _type, packageKey: _key, terms: _terms, freshnessDigest, ...data } = command;
  const freshness = freshnessDigest === null ? {} : { freshnessDigest };
  return {
    type: 'DecisionRecorded',
    version: 4,
    data: { ...data, ...freshness, desired: AVAILABLE, before: null, ...expected },
  };
};
const confirmed = ({ basis, said, ...command }: RecordJudgement, memory: Memory): JudgementsConfirmed => {
  const { workspace, decidedAt, policySetDigest, engineDigest, factsDigest } = command;
  const packages = [{ packageKey: LODASH, basis, said, memory, repository: 0 }];
  const data = {
    workspace,
    cause: { kind: 'time' as const },
    decidedAt,
    policySetDigest,
    engineDigest,
    repositories: [command.repository],
    packages,
  };
  return { type: 'JudgementsConfirmed', version: 1, data: { ...data, factsDigests: [factsDigest ?? ''] } };
};

test('the first judgement of a package names all it rests on, and that nothing was desired before', () => {
  given()
    .when(judge())
    .then(decided(judge(), { results: [], memory: answered(false) }));
});

test('when feeds were loaded is named where a policy reads it, and nowhere else', () => {
  const fresh = judge({ freshnessDigest: 'sha256:fresh' });
  given()
    .when(fresh)
    .then(decided(fresh, { results: [], memory: answered(false), freshnessDigest: 'sha256:fresh' }));
});

test('a decision lists the answers that say something, whole, and no other', () => {
  const telling = [
    answer(true),
    answer(false, { policyId: 'b', reasons: ['No score yet'] }),
    answer(null, { policyId: 'c' }),
    answer(null, { policyId: 'd', error: DEADLINE }),
  ];
  const results = [answer(false, { policyId: 'silent' }), ...telling, answer(false, { policyId: 'silent too' })];
  given()
    .when(judge({ terms: [], results }))
    .thenLike({ data: { results: telling } });
});

test('a score that crosses the threshold quarantines, and the decision tells what was before', () => {
  const crossed = judge({
    cause: epssMoved,
    factsDigest: 'sha256:facts-2',
    basis: 'sha256:basis-2',
    results: [answer(true)],
  });
  given(...afterwards(judge()))
    .when(crossed)
    .then(decided(crossed, { desired: QUARANTINED, before: untouched, memory: answered(true) }));
});

test('a quarantine that nothing asks for any more is lifted', () => {
  const fell = judge({ cause: epssMoved, factsDigest: 'sha256:facts-2', results: [answer(false)] });
  given(...afterwards(judge({ results: [answer(true)] })))
    .when(fell)
    .then(
      decided(fell, {
        results: [],
        before: { state: 'quarantined', tags: ['exceeded-epss'] },
        memory: answered(false),
      }),
    );
});

test('nothing is remembered where no policy failed or holds, and nothing is written of it', () => {
  const closed = judge({ terms: [terms({ onError: 'closed' })] });
  given()
    .when(closed)
    .then(decided(closed, { results: [] }));
});

describe('an observation has its decision, even when nothing is otherwise', () => {
  test.each(['published', 'copied', 'downloaded'] as const)('%s', (kind) => {
    const again = judge({ cause: observed(kind) });
    given(...afterwards(judge()))
      .when(again)
      .then(decided(again, { results: [], before: untouched, memory: answered(false) }));
  });
});

describe.each(OTHER_CAUSES.map((cause) => [cause.kind, cause] as const))('%s', (_kind, cause) => {
  const again = { cause, factsDigest: 'sha256:facts-2', basis: 'sha256:basis-2' } as const;

  test('that changes nothing that is said or asked for confirms the judgement, on its new basis', () => {
    given(...afterwards(judge()))
      .when(judge(again))
      .then(confirmed(judge(again), answered(false)));
  });

  test('that changes what is asked for decides', () => {
    given(...afterwards(judge()))
      .when(judge({ ...again, results: [answer(true)] }))
      .thenLike({ type: 'DecisionRecorded', data: { cause, before: untouched, desired: { state: 'quarantined' } } });
  });

  test('that changes what is said decides, though what is asked for stays', () => {
    given(...afterwards(judge({ results: [answer(true)] })))
      .when(judge({ ...again, results: [answer(true, { reasons: ['CVE-2026-1 has EPSS 0.4'] })] }))
      .thenLike({ type: 'DecisionRecorded', data: { cause, desired: { state: 'quarantined' } } });
  });

  test('that makes other terms ask for something else decides, though the same is said', () => {
    given(...afterwards(judge({ results: [answer(true)] })))
      .when(judge({ ...again, results: [answer(true)], terms: [terms({ precedence: 1, actions: [] })] }))
      .thenLike({ type: 'DecisionRecorded', data: { cause, desired: { state: 'available' } } });
  });

  test('decides about a package that was never judged', () => {
    given()
      .when(judge(again))
      .then(decided(judge(again), { results: [], memory: answered(false) }));
  });
});

describe('a package that a version before judged is compared by what it asked for', () => {
  const before = (results: RecordJudgement['results']): DecisionRecorded => {
    const command = judge({ results });
    const desired = results[0]?.match ? QUARANTINED : AVAILABLE;
    return decided(command, { desired, basis: null, said: null, memory: answered(results[0]?.match === true) });
  };
  const again = { cause: { kind: 'engine', engineDigest: 'sha256:engine-2' }, basis: 'sha256:basis-2' } as const;

  test('and confirmed when it asks for the same now, whatever is said', () => {
    const said = judge({ ...again, results: [answer(true, { reasons: ['in other words'] })] });
    given(before([answer(true)]))
      .when(said)
      .then(confirmed(said, answered(true)));
  });

  test('and confirmed when its members stand in another order, as a database may have them', () => {
    const { because, ...others } = QUARANTINED;
    const reordered = { because: because.map(({ policyId, ...rest }) => ({ ...rest, policyId })), ...others };
    const stored = before([answer(true)]);
    const same = judge({ ...again, results: [answer(true)] });
    given({ ...stored, data: { ...stored.data, desired: reordered } })
      .when(same)
      .then(confirmed(same, answered(true)));
  });

  test('and decided about when it asks for something else', () => {
    given(before([answer(true)]))
      .when(judge({ ...again, results: [answer(false)] }))
      .thenLike({ type: 'DecisionRecorded', data: { desired: { state: 'available' } } });
  });
});

describe('a package that the registry deleted', () => {
  const GONE: Data['desired'] = { state: 'deleted', tags: [], promotion: 'blocked', because: [] };

  test('is deleted without asking a policy, and what they answered is remembered', () => {
    const deleted = judge(DELETION);
    given(...afterwards(judge({ results: [answer(true)] })))
      .when(deleted)
      .then(
        decided(deleted, {
          desired: GONE,
          before: { state: 'quarantined', tags: ['exceeded-epss'] },
          memory: answered(true),
        }),
      );
  });

  test('stays deleted even when a policy would have matched', () => {
    given(...afterwards(judge()))
      .when(judge({ ...DELETION, results: [answer(true)] }))
      .thenLike({ data: { desired: { state: 'deleted', tags: [] } } });
  });

  test('is judged afresh when it is published again', () => {
    given(...afterwards(judge(), judge(DELETION)))
      .when(judge())
      .then(decided(judge(), { results: [], before: { state: 'deleted', tags: [] }, memory: answered(false) }));
  });

  test('is confirmed gone by whatever else comes', () => {
    const again = judge({ ...DELETION, cause: epssMoved });
    given(...afterwards(judge(), judge(DELETION)))
      .when(again)
      .then(confirmed(again, answered(false)));
  });
});

test('a policy that fails and then answers as before is decided about twice: who failed is told, and its end', () => {
  const failed = judge({ cause: epssMoved, results: [failure()] });
  const healed = judge({ cause: { kind: 'retry', policies: ['epss'] }, results: [answer(false)] });
  given(...afterwards(judge()))
    .when(failed)
    .thenLike({ data: { results: [failure()], desired: AVAILABLE } });
  given(...afterwards(judge(), failed))
    .when(healed)
    .thenLike({ type: 'DecisionRecorded', data: { desired: AVAILABLE } });
});
