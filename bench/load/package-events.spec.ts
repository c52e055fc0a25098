import { packageEventData, packageEventSchema, parsePackageUrl } from '@weir/contracts';
import { expect, test } from 'vitest';
import { packageEvents } from './package-events.ts';

const take = (seed: number, count: number) => {
  const next = packageEvents(seed);
  return Array.from({ length: count }, next);
};

test('the same seed makes the same events, another seed others', () => {
  expect(take(4, 50)).toEqual(take(4, 50));
  expect(take(5, 50)).not.toEqual(take(4, 50));
});

test('every event is one that ingest accepts, of a package with a version', () => {
  for (const event of take(4, 500)) {
    expect(packageEventSchema.safeParse(event).success).toBe(true);
    expect(packageEventData['dev.weir.package.published.v1'].safeParse(event.data).success).toBe(true);
    expect(parsePackageUrl(event.data.purl)).toMatchObject({ version: expect.any(String) as string });
  }
});

test('nearly all packages differ, so that the load does not judge a few again and again', () => {
  const events = take(4, 5_000);
  expect(new Set(events.map(({ id }) => id)).size).toBe(5_000);
  expect(new Set(events.map(({ data }) => `${data.repository.name} ${data.purl}`)).size).toBeGreaterThan(4_900);
});
