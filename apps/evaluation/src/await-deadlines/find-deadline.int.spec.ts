import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { batchOf, enrichedMessage, openJudgingBench, type JudgingBench } from '../../../../tools/testing/judging.js';
import { openJudgingShard, type Fails, type JudgingShard } from '../../../../tools/testing/judging-shard.js';

const officeHours = {
  policyId: 'office',
  rego: `package cloudsmith
default match := false
match if { [hour, _, _] := time.clock(time.now_ns()); hour >= 9; hour < 17 }`,
};
const coolingOff = {
  policyId: 'cooling',
  rego: `package cloudsmith
default match := false
match if time.now_ns() < time.parse_rfc3339_ns(input.v0.until)`,
};

const freeze = {
  policyId: 'freeze',
  rego: `package cloudsmith
default match := false
match if { now := time.now_ns(); now >= time.parse_rfc3339_ns(input.v0.from); now < time.parse_rfc3339_ns(input.v0.until) }`,
};

/** It contradicts itself from one instant to another. */
const tornBetween = {
  policyId: 'torn',
  rego: `package cloudsmith
default match := false
match if told == 2
told := 1
told := 3 if { now := time.now_ns(); now >= time.parse_rfc3339_ns(input.v0.from); now < time.parse_rfc3339_ns(input.v0.until) }`,
};

let bench: JudgingBench;
let shard: JudgingShard;
let shardNumber = 0;
let now = '';
beforeAll(async () => {
  bench = await openJudgingBench();
});
afterAll(() => bench.close());
beforeEach(() => {
  shardNumber += 1;
});
afterEach(() => shard.close());

const name = () => `p-${shardNumber}`;
const open = async (policy: Parameters<JudgingBench['activate']>[0][number], fails: Fails = () => null) => {
  await bench.activate([policy]);
  shard = await openJudgingShard(bench, { shard: `evaluation/${shardNumber}`, clock: () => now, fails });
};
const publish = async (facts: object = {}) => {
  await shard.handler.handle(batchOf(enrichedMessage(name(), { v0: facts, v1: {} }, { offset: 0, ordinal: 1 })));
  await shard.settle();
};
const deadline = async () => (await shard.row(name()))?.deadline ?? '';
/** Lets time go on to the deadline, and what is due then happen. */
const toDeadline = async () => {
  now = await deadline();
  await shard.settle();
  return now;
};
const isAbout = (instant: string, expected: string) =>
  expect(Math.abs(Date.parse(instant) - Date.parse(expected)), `${instant} is not ${expected}`).toBeLessThanOrEqual(
    1_000,
  );

describe('an answer that comes and goes within a day', () => {
  test.each([
    [
      '2026-06-14T20:00:00.000Z',
      'available',
      ['2026-06-15T09:00:00.000Z', '2026-06-15T17:00:00.000Z', '2026-06-16T09:00:00.000Z'],
    ],
    [
      '2026-06-14T12:00:00.000Z',
      'quarantined',
      ['2026-06-14T17:00:00.000Z', '2026-06-15T09:00:00.000Z', '2026-06-15T17:00:00.000Z'],
    ],
    ['2026-06-14T16:59:59.500Z', 'quarantined', ['2026-06-14T17:00:00.000Z', '2026-06-15T09:00:00.000Z']],
    ['2026-06-14T09:00:00.000Z', 'quarantined', ['2026-06-14T17:00:00.000Z']],
  ] as const)(
    'is found from %s on, when it is %s, though it is the same a day later',
    async (begin, first, changes) => {
      now = begin;
      await open(officeHours);
      await publish();
      for (const change of changes) isAbout(await toDeadline(), change);
      const other = first === 'available' ? 'quarantined' : 'available';
      expect(await shard.states()).toEqual([first, ...changes.map((_, index) => (index % 2 === 0 ? other : first))]);
      expect((await shard.decisions()).slice(1).map(({ cause }) => cause.kind)).toEqual(changes.map(() => 'time'));
    },
  );
});

describe('an answer that holds from one instant to another', () => {
  test.each([
    ['2026-06-14T22:10:03Z', '2026-06-15T05:59:58Z'],
    ['2026-06-14T22:10:03Z', '2026-06-14T22:25:03Z'],
    ['2026-06-14T12:00:05Z', '2026-06-14T12:15:01Z'],
  ])('from %s to %s is found, though it is the same a day later', async (from, until) => {
    now = '2026-06-14T12:00:00.000Z';
    await open(freeze);
    await publish({ from, until });
    isAbout(await toDeadline(), from);
    isAbout(await toDeadline(), until);
    expect(await shard.states()).toEqual(['available', 'quarantined', 'available']);
  });
});

describe('an answer that changes once', () => {
  test('is found to the second, wherever in the day it lies, and is noticed after a pause of the service', async () => {
    now = '2026-06-14T12:34:56.789Z';
    await open(coolingOff);
    await publish({ until: '2026-06-15T03:21:07Z' });
    isAbout(await deadline(), '2026-06-15T03:21:07.000Z');
    now = '2026-06-20T00:00:00.000Z';
    await shard.settle();
    expect(await shard.states()).toEqual(['quarantined', 'available']);
    expect((await shard.decisions()).at(-1)?.decidedAt).toBe(now);
  });

  test('and lies days ahead is looked for once a day, and confirmed each time', async () => {
    now = '2026-06-14T12:00:00.000Z';
    await open(coolingOff);
    await publish({ until: '2026-06-17T00:00:00Z' });
    for (const day of ['15', '16']) expect(await toDeadline()).toBe(`2026-06-${day}T12:00:00.000Z`);
    isAbout(await toDeadline(), '2026-06-17T00:00:00.000Z');
    expect(await shard.states()).toEqual(['quarantined', 'available']);
    expect((await shard.events()).map(({ type }) => type)).toEqual([
      'DecisionRecorded',
      'JudgementsConfirmed',
      'JudgementsConfirmed',
      'DecisionRecorded',
    ]);
  });
});

describe('a policy that fails from one instant to another', () => {
  const until = '2026-06-14T20:07:31.000Z';
  const judgedUpTo = async (end: string) => {
    const looked: string[] = [];
    while (now < end) looked.push(await toDeadline());
    return looked;
  };

  test('is judged when it begins to, and when it ends, however long ago it failed first', async () => {
    now = '2026-06-14T09:00:00.000Z';
    await open(tornBetween);
    await publish({ from: '2026-06-14T12:00:02Z', until });
    isAbout(await toDeadline(), '2026-06-14T12:00:02.000Z');
    expect(await shard.states()).toEqual(['available', 'quarantined']);
    isAbout((await judgedUpTo(until)).at(-1) ?? '', until);
    expect(await shard.states()).toEqual(['available', 'quarantined', 'available']);
  });

  test('and fails when it is asked first, is judged when it ends', async () => {
    now = '2026-06-14T09:00:00.000Z';
    await open(tornBetween);
    await publish({ from: '2026-06-13T00:00:00Z', until });
    isAbout((await judgedUpTo(until)).at(-1) ?? '', until);
    expect(await shard.states()).toEqual(['quarantined', 'available']);
  });
});

describe('a package whose policy cannot be asked about the future', () => {
  test('is looked at again within a minute, not after a day, and what time changes is found then', async () => {
    let isDown = true;
    now = '2026-06-14T12:00:00.000Z';
    await open(coolingOff, (_slot, asOf) => (isDown && asOf > now ? 'suspended' : null));
    await publish({ until: '2026-06-14T20:00:00Z' });
    expect(Date.parse(await deadline()) - Date.parse(now)).toBeLessThanOrEqual(60_000);
    isDown = false;
    await toDeadline();
    isAbout(await deadline(), '2026-06-14T20:00:00.000Z');
    await toDeadline();
    expect(await shard.states()).toEqual(['quarantined', 'available']);
  });

  test('is not passed over when the policy fails both now and then', async () => {
    let isDown = true;
    now = '2026-06-14T12:00:00.000Z';
    await open(coolingOff, () => (isDown ? 'suspended' : null));
    await publish({ until: '2026-06-14T20:00:00Z' });
    expect(Date.parse(await deadline()) - Date.parse(now)).toBeLessThanOrEqual(60_000);
    isDown = false;
    await toDeadline();
    isAbout(await deadline(), '2026-06-14T20:00:00.000Z');
  });

  test('because it fails from a moment on is judged then, and not each minute until then', async () => {
    now = '2026-06-14T12:00:00.000Z';
    await open(coolingOff, (_slot, asOf) => (asOf >= '2026-06-14T15:20:00' ? 'builtin_failed' : null));
    await publish({ until: '2026-06-15T10:00:00Z' });
    isAbout(await toDeadline(), '2026-06-14T15:20:00.000Z');
    expect((await shard.decisions()).at(-1)?.results).toMatchObject([{ error: { code: 'builtin_failed' } }]);
  });

  test('for one instant only still has its answer found', async () => {
    now = '2026-06-14T12:00:00.000Z';
    await open(coolingOff, (_slot, asOf) => (asOf.startsWith('2026-06-14T15:00:00') ? 'builtin_failed' : null));
    await publish({ until: '2026-06-14T14:30:00Z' });
    const looked: string[] = [];
    while (now < '2026-06-14T14:29:00.000Z') looked.push(await toDeadline());
    await toDeadline();
    await toDeadline();
    expect(await shard.states()).toEqual(['quarantined', 'available']);
    expect(
      Date.parse((await shard.decisions()).at(-1)?.decidedAt ?? '') - Date.parse('2026-06-14T14:30:00.000Z'),
    ).toBeLessThanOrEqual(61_000);
  });
});
