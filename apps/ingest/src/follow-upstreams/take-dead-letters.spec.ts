import type { PackageObserved } from '@weir/contracts';
import { foreignOriginOf, type OutgoingMessage } from '@weir/messaging';
import { describe, expect, test } from 'vitest';
import { takeMessages } from './take-messages.js';
import { causeOf, clock, custom, npm, take, upload, type Sent } from '../testing/take-from-upstream.js';

describe('a dead letter', () => {
  test('keeps every byte and the place of its message, and can be taken again once the mapping is mended', async () => {
    const sent: Sent = {
      value: { ...upload, repo: undefined, repository: 'npm-dev' },
      headers: { h: 'ä' },
      raw: { key: new Uint8Array([0xff]) },
    };
    const [letter] = await take('own', sent, custom(npm));
    if (!letter) throw new Error('there is no dead letter');
    expect(letter.headers).toMatchObject({
      'weir-dead-topic': 'upstream.received.v1',
      'weir-dead-partition': '3',
      'weir-dead-offset': '41',
    });
    expect(foreignOriginOf(letter)).toEqual({
      name: 'own',
      topic: 'registry',
      partition: 3,
      offset: 41,
      key: { base64: '/w==' },
      headers: { h: 'ä' },
      isTombstone: false,
      leftOut: null,
    });
    const published: OutgoingMessage[] = [];
    const again = {
      ...letter,
      topic: 'upstream.received.v1',
      partition: 0,
      offset: 9,
      publishedAt: '2026-11-25T11:00:00.000Z',
    };
    await takeMessages(
      {
        upstreams: custom({ ...npm, repository: { name: '/repository' } }),
        clock,
        topics: { publish: async (messages) => void published.push(...messages) },
      },
      [again],
    );
    expect(published.map(({ topic, key }) => [topic, key])).toEqual([
      ['packages.observed.v1', 'default/npm-dev/pkg:npm/%40scope/pkg@1.0.0'],
    ]);
    expect(
      (JSON.parse(Buffer.from(published[0]?.value ?? []).toString('utf8')) as PackageObserved).observation.id,
    ).toBe('registry/3/41');
  });

  test('of a message too large to be kept says where it is', async () => {
    const [letter] = await take(
      'own',
      { value: { ...upload, repo: undefined, readme: 'x'.repeat(900_000) } },
      custom(npm),
    );
    expect(letter?.value.byteLength).toBe(0);
    const again = {
      topic: 'upstream.received.v1',
      partition: 0,
      offset: 1,
      publishedAt: '',
      key: '',
      value: new Uint8Array(),
      headers: letter?.headers ?? {},
    };
    const published: OutgoingMessage[] = [];
    await takeMessages(
      { upstreams: custom(npm), clock, topics: { publish: async (messages) => void published.push(...messages) } },
      [again],
    );
    expect(published[0]?.headers['weir-dead-cause']).toMatch(
      /the value of 9000\d\d bytes was too large to be kept: it is at offset 41 of partition 3 of registry/,
    );
  });

  test('of an upstream that is not configured any more says so', async () => {
    expect(await causeOf('own', { value: upload }, [])).toMatch(/the upstream "own" is not in UPSTREAM_FILE any more/);
  });
});
