import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Kafka, type CloudEvent } from 'cloudevents';
import { describe, expect, test } from 'vitest';
import { decisionEventSchema, packageObservedSchema, TOPICS } from '../index.js';

// The files of this folder are frozen: they are what stands in topics out there, and what others were told to expect.
// Never edit one; a new version of a message has a topic and files of its own. Producers and consumers read them in their specs.

interface Frozen {
  readonly topic: string;
  readonly key: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly value: Readonly<Record<string, unknown>>;
}

const read = (file: string): Frozen => JSON.parse(readFileSync(join(import.meta.dirname, file), 'utf8')) as Frozen;
const files = readdirSync(import.meta.dirname).filter((file) => file.endsWith('.json'));
const decisions = files.filter((file) => file.startsWith(TOPICS.decisions));

test('there are frozen messages of what leaves and what enters', () => {
  expect(files.map((file) => read(file).topic)).toEqual(expect.arrayContaining([TOPICS.decisions, TOPICS.observed]));
  expect(decisions).toHaveLength(2);
});

describe('a decision is a CloudEvent 1.0 in structured mode, by the SDK of CloudEvents', () => {
  test.each(decisions)('%s', (file) => {
    const { key, headers, value } = read(file);
    const message = { key, headers, body: JSON.stringify(value), value: JSON.stringify(value) };
    expect(Kafka.isEvent(message)).toBe(true);
    const event = Kafka.toEvent(message) as CloudEvent<unknown>;
    expect(event.validate()).toBe(true);
    expect(event).toMatchObject({
      id: 'evaluation-3-120',
      source: '/weir/evaluation/3',
      subject: key,
      shard: 'evaluation/3',
      position: '120',
      data: value['data'],
    });
  });
});

test('every attribute of a decision beside its data is named by lower-case letters and digits, and is text', () => {
  for (const file of decisions) {
    const { data: _, ...attributes } = read(file).value;
    for (const [name, attribute] of Object.entries(attributes))
      expect([name, typeof attribute]).toEqual([expect.stringMatching(/^[a-z0-9]{1,20}$/), 'string']);
  }
});

test('the contracts read what is frozen and leave nothing of it out', () => {
  for (const file of decisions) expect(decisionEventSchema.parse(read(file).value)).toEqual(read(file).value);
  const observed = read(`${TOPICS.observed}.json`).value;
  expect(packageObservedSchema.parse(observed)).toEqual(observed);
});

test('a place beyond what a CloudEvents integer holds is read, one that is no whole number is not', () => {
  const { value } = read(`${TOPICS.decisions}.json`);
  expect(decisionEventSchema.parse({ ...value, position: '9007199254740991' }).position).toBe('9007199254740991');
  for (const position of [120, '-1', '1.5', '007', ''])
    expect(decisionEventSchema.safeParse({ ...value, position }).success).toBe(false);
});
