import { expect, test } from 'vitest';
import { checkEvent } from './check-event.js';
import { collapseDuplicates, type PlacedEvent } from './collapse-duplicates.js';

const placed = (index: number, id: string, purl: string, workspace = 'default'): PlacedEvent => {
  const event = {
    specversion: '1.0',
    id,
    source: '/registry',
    type: 'dev.weir.package.deleted.v1',
    data: { workspace, repository: { name: 'r' }, purl },
  };
  const sent = { event, pointer: (path: string) => `/${index}${path}` };
  const checked = checkEvent(sent);
  if (!('event' in checked)) throw new Error(JSON.stringify(checked));
  return { checked, sent };
};

test('the same event twice in a batch is one event', () => {
  const { events, errors } = collapseDuplicates([
    placed(0, 'a', 'pkg:npm/x@1'),
    placed(1, 'b', 'pkg:npm/y@1'),
    placed(2, 'a', 'pkg:npm/x@1'),
  ]);
  expect(errors).toEqual([]);
  expect(events.map(({ checked }) => checked.event.id)).toEqual(['a', 'b']);
});

test('the same id with different content is told, with both places', () => {
  const { errors } = collapseDuplicates([placed(0, 'a', 'pkg:npm/x@1'), placed(1, 'a', 'pkg:npm/y@1')]);
  expect(errors).toEqual([
    { pointer: '/1/id', detail: expect.stringContaining('(/0/id) with different content') as string },
  ]);
});

test('the same id in another workspace is another event: a workspace is a wall', () => {
  const { events, errors } = collapseDuplicates([
    placed(0, 'a', 'pkg:npm/x@1'),
    placed(1, 'a', 'pkg:npm/x@1', 'acme'),
    placed(2, 'a', 'pkg:npm/y@1', 'beta'),
  ]);
  expect(errors).toEqual([]);
  expect(events.map(({ checked }) => checked.data.workspace)).toEqual(['default', 'acme', 'beta']);
});
