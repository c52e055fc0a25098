import type { TopicMessage } from '@weir/messaging';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  batchOf,
  enrichedMessage,
  observationCause,
  openJudgingBench,
  type JudgingBench,
  type MessageOptions,
} from '../../../../tools/testing/judging.js';
import { openJudgingShard, type JudgingShard } from '../../../../tools/testing/judging-shard.js';

const policy = { policyId: 'p', rego: 'package cloudsmith\ndefault match := false\nmatch if input.v0.bad == true' };

let bench: JudgingBench;
let shard: JudgingShard;
let shardNumber = 0;
beforeAll(async () => {
  bench = await openJudgingBench();
  await bench.activate([policy]);
});
afterAll(() => bench.close());
beforeEach(async () => {
  shardNumber += 1;
  shard = await openJudgingShard(bench, {
    shard: `evaluation/${shardNumber}`,
    clock: () => '2026-06-14T12:00:00.000Z',
  });
});
afterEach(() => shard.close());

const message = (name: string, options: MessageOptions, facts: object = {}) =>
  enrichedMessage(`${name}-${shardNumber}`, { v0: facts, v1: {} }, options);
const handle = (...messages: readonly TopicMessage[]) => shard.handler.handle(batchOf(...messages));
/** Package and place of each decision. */
const judged = async () =>
  (await shard.decisions()).map(
    ({ workspace, package: { name }, cause }) =>
      `${workspace} ${name.split('-')[0]} ${cause.kind === 'observation' ? cause.observation.id : ''}`,
  );
const named = (id: string) => ({ cause: observationCause(id) });

describe('the same source and id', () => {
  test('about two packages are two observations, in one batch and in two', async () => {
    await handle(
      message('a', { offset: 0, ordinal: 1, ...named('e-1') }),
      message('b', { offset: 1, ordinal: 1, ...named('e-1') }),
    );
    await handle(message('c', { offset: 2, ordinal: 1, ...named('e-1') }));
    expect(await judged()).toEqual(['default a e-1', 'default b e-1', 'default c e-1']);
  });

  test('from two workspaces are two observations', async () => {
    await handle(message('a', { offset: 0, ordinal: 1, ...named('e-1') }));
    await handle(message('a', { offset: 1, ordinal: 1, workspace: 'other', ...named('e-1') }));
    expect(await judged()).toEqual(['default a e-1', 'other a e-1']);
  });
});

describe('an observation', () => {
  test('that comes again, in the same batch or later, is judged once', async () => {
    const [first, again, later] = [0, 1, 2].map((offset) => message('a', { offset, ordinal: 1, ...named('e-1') })) as [
      TopicMessage,
      TopicMessage,
      TopicMessage,
    ];
    await handle(first, again);
    await handle(later);
    expect(await judged()).toEqual(['default a e-1']);
    expect(await shard.handler.position(first.topic)).toMatchObject({ next: 3 });
  });

  test('that comes again after others of its package changes nothing, though its facts are older', async () => {
    await handle(
      message('a', { offset: 0, ordinal: 1, ...named('MIT') }, { bad: false }),
      message('a', { offset: 1, ordinal: 2, ...named('GPL') }, { bad: true }),
    );
    await handle(message('a', { offset: 2, ordinal: 1, sequence: 1, ...named('MIT') }, { bad: false }));
    expect(await shard.states()).toEqual(['available', 'quarantined']);
    expect((await shard.row(`a-${shardNumber}`))?.judgement).toMatchObject({ desired: { state: 'quarantined' } });
  });

  test('that was passed over comes later and is judged once', async () => {
    await handle(
      message('a', { offset: 0, ordinal: 1, ...named('e-1') }),
      message('a', { offset: 1, ordinal: 4, ...named('e-4') }),
    );
    await handle(
      message('a', { offset: 2, ordinal: 3, sequence: 1, ...named('e-3') }),
      message('a', { offset: 3, ordinal: 3, sequence: 1, ...named('e-3') }),
    );
    await handle(
      message('a', { offset: 4, ordinal: 2, sequence: 1, ...named('e-2') }),
      message('a', { offset: 5, ordinal: 3, sequence: 1, ...named('e-3') }),
    );
    expect(await judged()).toEqual(['default a e-1', 'default a e-4', 'default a e-3', 'default a e-2']);
    expect(await shard.row(`a-${shardNumber}`)).toMatchObject({ answered: { upTo: 4, missing: [] } });
  });
});

describe('messages of the version before tell no place', () => {
  const rows = async () =>
    (
      await bench.pool.query<{ id: string }>('SELECT id FROM evaluation.observation WHERE shard = $1 ORDER BY id', [
        shard.queue.shard,
      ])
    ).rows.map(({ id }) => id);
  const own = (id: string) => named(`${id}-${shardNumber}`);
  const ids = async () => (await judged()).map((line) => line.split(' ')[2]?.split('-').slice(0, -1).join('-'));

  test('and are judged once by source and id, in one batch and in two', async () => {
    await handle(message('a', { offset: 0, ...own('e-1') }), message('a', { offset: 1, ...own('e-1') }));
    await handle(message('a', { offset: 2, ...own('e-1') }), message('a', { offset: 3, ...own('e-2') }));
    expect(await ids()).toEqual(['e-1', 'e-2']);
    expect(await rows()).toEqual([`e-1-${shardNumber}`, `e-2-${shardNumber}`]);
  });

  test('beside messages that tell it, neither hiding the other', async () => {
    await handle(
      message('a', { offset: 0, ...own('e-1') }),
      message('a', { offset: 1, ordinal: 1, ...own('e-2') }),
      message('a', { offset: 2, ...own('e-3') }),
    );
    await handle(
      message('a', { offset: 3, ...own('e-3') }),
      message('a', { offset: 4, ordinal: 1, ...own('e-2') }),
      message('a', { offset: 5, ordinal: 2, ...own('e-4') }),
    );
    expect(await ids()).toEqual(['e-1', 'e-2', 'e-3', 'e-4']);
  });

  const judgedBefore = async (...observed: readonly string[]) => {
    await handle(message('a', { offset: 0, ordinal: 1, ...own('first') }));
    await bench.pool.query(
      `UPDATE evaluation.judgement SET conditions = NULL,
        details = (details::jsonb - 'answered' - 'basis' - 'said')::text WHERE shard = $1`,
      [shard.queue.shard],
    );
    const written = observed.map((id) => `${id}-${shardNumber}`);
    await bench.pool.query('INSERT INTO evaluation.observation (source, id, shard) SELECT $1, unnest($2::text[]), $3', [
      '/test',
      written,
      shard.queue.shard,
    ]);
  };

  test('and what it judged is not judged again when it comes with its place', async () => {
    await judgedBefore('first', 'second');
    await handle(
      message('a', { offset: 1, ordinal: 2, ...own('second') }),
      message('a', { offset: 2, ordinal: 1, ...own('first') }),
    );
    expect(await ids()).toEqual(['first']);
    await handle(message('a', { offset: 3, ordinal: 3, ...own('third') }));
    await handle(
      message('a', { offset: 4, ordinal: 1, ...own('first') }),
      message('a', { offset: 5, ordinal: 2, ...own('second') }),
      message('a', { offset: 6, ordinal: 3, ...own('third') }),
    );
    expect(await ids()).toEqual(['first', 'third']);
  });

  test('and what it had not judged is, once', async () => {
    await judgedBefore('first');
    await handle(
      message('a', { offset: 1, ordinal: 2, ...own('second') }),
      message('a', { offset: 2, ordinal: 2, ...own('second') }),
    );
    await handle(message('a', { offset: 3, ordinal: 2, ...own('second') }));
    expect(await ids()).toEqual(['first', 'second']);
  });
});
