import { askUntil, post } from './http.ts';

const BATCH = 500;
const AT_ONCE = 4;

/** Names that no two packages share, in an order that is not that of their numbers. */
export const nameOf = (index: number): string => `p${String((index * 7_919) % 1_000_003).padStart(7, '0')}`;

/** Publishes so many packages, every tenth under a copyleft licence, and waits until each has its verdict. */
export const publishMany = async (url: string, count: number): Promise<void> => {
  const batches = Array.from({ length: Math.ceil(count / BATCH) }, (_, i) => i * BATCH);
  const publish = async (from: number): Promise<void> => {
    const events = Array.from({ length: Math.min(BATCH, count - from) }, (_, i) => ({
      specversion: '1.0',
      id: `many-${from + i}`,
      source: '/many',
      type: 'dev.weir.package.published.v1',
      data: {
        repository: { name: (from + i) % 3 === 0 ? 'npm-prod' : 'npm-dev' },
        purl: `pkg:npm/${nameOf(from + i)}@1.0.0`,
        license: (from + i) % 10 === 0 ? 'GPL-3.0-only' : 'MIT',
      },
    }));
    const { status } = await post(url, '/v1/events', events, 'application/cloudevents-batch+json');
    if (status !== 202) throw new Error(`Events were answered with ${status}.`);
  };
  const work = async (): Promise<void> => {
    for (let from = batches.shift(); from !== undefined; from = batches.shift()) await publish(from);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  await askUntil<{ packages: { total: number } }>(
    url,
    '/v1/summary',
    ({ body }) => body.packages.total >= count,
    60_000 + count * 10,
  );
};
