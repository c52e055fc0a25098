import { TOPICS } from '@weir/contracts';
import { evolveJudgement, unjudged } from '@weir/domain';
import { digestOf } from '@weir/postgres';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  batchOf,
  enrichedMessage,
  observationCause,
  openJudgingBench,
  type JudgingBench,
} from '../../../../tools/testing/judging.js';
import { feedCause, openJudgingShard, type JudgingShard } from '../../../../tools/testing/judging-shard.js';

const scanned = {
  policyId: 'scanned',
  rego: `package cloudsmith
default match := false
match if input.v0["package"].security_scan_status == "Security Scan Detected Vulnerabilities"`,
};
const highEpss = {
  policyId: 'high-epss',
  rego: `package cloudsmith
default match := false
match if { some v in input.v0.vulnerabilities; v.epss.score > 0.2 }`,
};
const readsKev = { policyId: 'kev', rego: 'package cloudsmith\ndefault match := false\nmatch if input.v1.kev == true' };

const CLEAN = 'No Security Vulnerabilities Detected';
const FOUND = 'Security Scan Detected Vulnerabilities';
const facts = (status: string, score: number, v1: object = { kev: false }) => ({
  v0: {
    package: { name: 'a', security_scan_status: status },
    vulnerabilities: [{ identifier: 'CVE-1', epss: { score } }],
  },
  v1,
});

const office = {
  policyId: 'office',
  rego: `package cloudsmith
default match := false
match if { [hour, _, _] := time.clock(time.now_ns()); hour >= 9; hour < 17 }`,
};

let bench: JudgingBench;
let shard: JudgingShard;
let shardNumber = 0;
let now = '';
beforeAll(async () => {
  bench = await openJudgingBench();
});
afterAll(() => bench.close());
afterEach(() => shard.close());
beforeEach(() => {
  shardNumber += 1;
  now = '2026-06-14T12:00:00.000Z';
});

const open = async (...policies: Parameters<JudgingBench['activate']>[0]) => {
  await bench.activate(policies);
  shard = await openJudgingShard(bench, { shard: `evaluation/${shardNumber}`, clock: () => now });
};
const published = (name: string, document: unknown) =>
  shard.handler.handle(batchOf(enrichedMessage(name, document, { offset: 0, ordinal: 1 })));
const changed = (name: string, offset: number, document: unknown, feed = feedCause('osv', `load ${offset}`)) =>
  enrichedMessage(name, document, { offset, sequence: offset + 2, topic: TOPICS.enrichedByFeed, cause: feed });

describe('facts that a feed changed', () => {
  test('are shown to a policy that reads them, whichever paths the feed told', async () => {
    await open(scanned);
    await published('a', facts(CLEAN, 0));
    const told = { ...feedCause('osv', 'r'), changed: ['v0.vulnerabilities'], because: ['CVE-1'] };
    await shard.handler.handle(batchOf(changed('a', 0, facts(FOUND, 0), told)));
    expect(await shard.states()).toEqual(['available', 'quarantined']);
    expect((await shard.decisions()).at(-1)?.cause).toEqual({ ...told, changed: ['v0.package.security_scan_status'] });
  });

  test('that nobody in scope reads confirm the judgement without asking, on the new facts', async () => {
    await open(scanned);
    await published('b', facts(CLEAN, 0));
    shard.asked();
    const message = changed('b', 0, facts(CLEAN, 0.9));
    await shard.handler.handle(batchOf(message));
    expect(shard.asked()).toBe(0);
    expect(await shard.decisions()).toHaveLength(1);
    expect((await shard.row('b'))?.judgement).toMatchObject({
      factsDigest: digestOf(message.value),
      desired: { state: 'available' },
    });
    await shard.handler.handle(batchOf(changed('b', 1, facts(FOUND, 0.9))));
    expect(await shard.states()).toEqual(['available', 'quarantined']);
  });

  test('are compared with those that were judged last, not with those of the message before', async () => {
    await open(highEpss);
    await published('c', facts(CLEAN, 0.1));
    await shard.handler.handle(
      batchOf(changed('c', 0, facts(CLEAN, 0.1, { kev: true })), changed('c', 1, facts(FOUND, 0.3, { kev: true }))),
    );
    expect(await shard.states()).toEqual(['available', 'quarantined']);
  });

  test('and changed back within one batch are judged as what they are last', async () => {
    await open(highEpss);
    await published('d', facts(CLEAN, 0.1));
    await shard.handler.handle(batchOf(changed('d', 0, facts(CLEAN, 0.9)), changed('d', 1, facts(CLEAN, 0.1))));
    expect(await shard.states()).toEqual(['available', 'quarantined', 'available']);
    expect((await shard.row('d'))?.judgement).toMatchObject({
      desired: { state: 'available' },
      factsDigest: digestOf(enrichedMessage('d', facts(CLEAN, 0.1), { offset: 0 }).value),
    });
  });

  test('more than once in one batch are told in the order in which they came', async () => {
    await open(highEpss);
    await published('k', facts(CLEAN, 0.1));
    const inOrder = [
      facts(FOUND, 0.1),
      facts(CLEAN, 0.1),
      facts(FOUND, 0.9),
      facts(CLEAN, 0.9),
      facts(FOUND, 0.9, { kev: true }),
    ];
    await shard.handler.handle(
      batchOf(...inOrder.map((document, offset) => changed('k', offset, document, feedCause('osv', 'one load')))),
    );
    const events = await shard.events();
    expect(events.map(({ type }) => type)).toEqual([
      'DecisionRecorded',
      'JudgementsConfirmed',
      'JudgementsConfirmed',
      'DecisionRecorded',
      'JudgementsConfirmed',
      'JudgementsConfirmed',
    ]);
    const row = await shard.row('k');
    expect(events.reduce((known, event) => evolveJudgement(known, event, row?.key ?? ''), unjudged)).toEqual(
      row?.judgement,
    );
  });

  test('are asked about by all when the policies changed at the same time', async () => {
    await open(highEpss);
    await published('e', facts(CLEAN, 0.1));
    await bench.activate([highEpss, readsKev]);
    await shard.caughtUp();
    await shard.handler.handle(batchOf(changed('e', 0, facts(CLEAN, 0.1, { kev: true }))));
    expect(await shard.states()).toEqual(['available', 'quarantined']);
  });

  test.each([
    ['that is known', true],
    ['that was yet to be found', false],
  ])(
    'and that nobody reads are asked about all the same when time changed the answer at a moment %s',
    async (_what, isFound) => {
      const name = isFound ? 's' : 't';
      await open(office);
      await published(name, facts(CLEAN, 0));
      if (isFound) await shard.settle();
      now = '2026-06-14T17:00:00.500Z';
      await shard.handler.handle(batchOf(changed(name, 0, facts(CLEAN, 0.9))));
      expect(await shard.states()).toEqual(['quarantined', 'available']);
    },
  );

  test('and that nobody reads confirm an answer of which time changes nothing yet', async () => {
    await open(office);
    await published('u', facts(CLEAN, 0));
    await shard.settle();
    shard.asked();
    now = '2026-06-14T16:59:00.000Z';
    await shard.handler.handle(batchOf(changed('u', 0, facts(CLEAN, 0.9))));
    expect([await shard.states(), shard.asked()]).toEqual([['quarantined'], 0]);
    now = '2026-06-14T17:00:01.000Z';
    await shard.settle();
    expect(await shard.states()).toEqual(['quarantined', 'available']);
  });

  test('and a v1 that was not there before are shown to who reads it', async () => {
    await open(readsKev);
    await published('f', { v0: {} });
    await shard.handler.handle(batchOf(changed('f', 0, { v0: {}, v1: { kev: true } })));
    expect(await shard.states()).toEqual(['available', 'quarantined']);
  });
});

describe('older facts than the package has', () => {
  test('from a feed change nothing: neither the state nor what is known', async () => {
    await open(highEpss);
    await shard.handler.handle(
      batchOf(enrichedMessage('g', facts(CLEAN, 0.1), { offset: 0, ordinal: 1, sequence: 5 })),
    );
    const before = await shard.row('g');
    await shard.handler.handle(
      batchOf(
        enrichedMessage('g', facts(CLEAN, 0.9), {
          offset: 0,
          sequence: 4,
          topic: TOPICS.enrichedByFeed,
          cause: feedCause(),
        }),
      ),
    );
    expect(await shard.row('g')).toEqual(before);
    expect(await shard.events()).toHaveLength(1);
  });

  test('from a feed change nothing either when they come in one batch with newer ones', async () => {
    await open(highEpss);
    await published('h', facts(CLEAN, 0.1));
    const message = (offset: number, sequence: number, score: number) =>
      enrichedMessage('h', facts(CLEAN, score), {
        offset,
        sequence,
        topic: TOPICS.enrichedByFeed,
        cause: feedCause('epss', `${sequence}`),
      });
    await shard.handler.handle(batchOf(message(0, 9, 0.9), message(1, 8, 0.1)));
    expect(await shard.states()).toEqual(['available', 'quarantined']);
    expect(await shard.row('h')).toMatchObject({ sequence: 9 });
  });

  test('of an observation are left for the newest, on which it is judged', async () => {
    await open(highEpss);
    await published('i', facts(CLEAN, 0.1));
    await shard.handler.handle(batchOf(changed('i', 7, facts(FOUND, 0.9))));
    await shard.handler.handle(
      batchOf(
        enrichedMessage('i', facts(CLEAN, 0.1), { offset: 1, sequence: 2, ordinal: 2, cause: observationCause() }),
      ),
    );
    expect(await shard.states()).toEqual(['available', 'quarantined', 'quarantined']);
    expect(await shard.row('i')).toMatchObject({ sequence: 9 });
  });
});
