import { join } from 'node:path';
import type { PackageObserved } from '@weir/contracts';
import { carryForeign, type ForeignRecord, type OutgoingMessage } from '@weir/messaging';
import { expect } from 'vitest';
import { mappingSchema } from '../follow-upstreams/mapping.js';
import { takeMessages } from '../follow-upstreams/take-messages.js';
import { readUpstreams, type Upstream } from '../follow-upstreams/upstreams-file.js';

export const examples = join(import.meta.dirname, '../../../../examples/upstreams');
export const upstreams = readUpstreams(join(examples, 'upstreams.yaml'));
export const clock = () => new Date('2026-11-25T10:00:00Z');
export const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

export interface Sent {
  readonly value?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly raw?: Partial<ForeignRecord>;
}

/** What becomes of one message: the messages that ingest would publish. */
export const take = async (
  upstream: string,
  { value, headers = {}, raw = {} }: Sent,
  among: readonly Upstream[] = upstreams,
): Promise<readonly OutgoingMessage[]> => {
  const published: OutgoingMessage[] = [];
  const record: ForeignRecord = {
    key: null,
    value: value === undefined ? null : bytes(typeof value === 'string' ? value : JSON.stringify(value)),
    headers: Object.fromEntries(Object.entries(headers).map(([name, text]) => [name, bytes(text)])),
    offset: 41,
    publishedAt: '2026-11-25T09:59:59.000Z',
    ...raw,
  };
  const message = carryForeign({ name: upstream, topic: 'registry', partition: 3 }, record);
  await takeMessages(
    { upstreams: among, clock, topics: { publish: async (messages) => void published.push(...messages) } },
    [message],
  );
  return published;
};

export const observed = async (...args: Parameters<typeof take>): Promise<readonly PackageObserved[]> => {
  const published = await take(...args);
  expect(published.map(({ topic, headers }) => [topic, headers['weir-dead-cause']])).toEqual(
    published.map(() => ['packages.observed.v1', undefined]),
  );
  return published.map(({ value }) => JSON.parse(Buffer.from(value).toString('utf8')) as PackageObserved);
};

export const causeOf = async (...args: Parameters<typeof take>): Promise<string> => {
  const published = await take(...args);
  expect(published.map(({ topic }) => topic)).toEqual(['upstream.received.v1.dead']);
  return published[0]?.headers['weir-dead-cause'] ?? '';
};

export const custom = (mapping: object, over: Partial<Upstream> = {}): readonly Upstream[] => [
  {
    name: 'own',
    brokers: [],
    topic: 'registry',
    group: 'g',
    from: 'earliest',
    access: {},
    otherTypes: 'refuse',
    mapping: mappingSchema.parse(mapping),
    ...over,
  },
];
export const npm = {
  type: 'published',
  repository: { name: '/repo' },
  purl: { type: 'npm', fullName: '/name', version: '/version' },
};
export const upload = { repo: 'npm-dev', name: '@scope/pkg', version: '1.0.0' };
