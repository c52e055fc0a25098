import { expect, test } from 'vitest';
import { checkEvent } from './check-event.js';
import { readCloudEvents } from './read-cloud-events.js';

const read = (headers: Record<string, string>, body: unknown) => {
  const sent = readCloudEvents(headers, body);
  return 'refused' in sent
    ? sent
    : sent.map(({ event, pointer }) => ({ event, at: pointer('/data/purl'), id: pointer('/id') }));
};
const event = { specversion: '1.0', id: 'e1' };

test('a structured event is the body, whatever the case and parameters of its content type', () => {
  expect(read({ 'content-type': 'Application/CloudEvents+JSON; charset=utf-8' }, event)).toEqual([
    { event, at: '/data/purl', id: '/id' },
  ]);
  expect(read({ 'content-type': 'application/json' }, event)).toEqual([{ event, at: '/data/purl', id: '/id' }]);
});

test('a batch is an array, and pointers name the event', () => {
  const batch = [event, event];
  expect(read({ 'content-type': 'application/cloudevents-batch+json' }, batch)).toHaveLength(2);
  expect(read({ 'content-type': 'application/json' }, batch)).toMatchObject([
    { at: '/0/data/purl' },
    { at: '/1/data/purl', id: '/1/id' },
  ]);
});

test('in binary mode the attributes are headers, percent-decoded, and the body is the data', () => {
  const headers = {
    'content-type': 'application/json',
    'ce-specversion': '1.0',
    'ce-id': 'caf%C3%A9',
    'ce-source': '100%',
    'ce-extra': 'x',
  };
  expect(read(headers, { purl: 'p' })).toEqual([
    {
      event: {
        specversion: '1.0',
        id: 'café',
        source: '100%',
        datacontenttype: 'application/json',
        data: { purl: 'p' },
      },
      at: '/purl',
      id: '/ce-id',
    },
  ]);
});

test.each([
  ['application/vnd.docker.distribution.events.v2+json', {}, 415],
  ['', {}, 415],
  ['application/cloudevents+json', [event], 422],
  ['application/cloudevents-batch+json', event, 422],
  ['application/json', new Array(1_001).fill(event), 413],
])('content type %s with an unfitting body is refused', (type, body, status) => {
  expect(read({ 'content-type': type }, body)).toMatchObject({ refused: { status } });
});

test('in binary mode every attribute of the specification comes along', () => {
  const attributes = {
    specversion: '1.0',
    id: 'e1',
    source: '/registry',
    type: 'dev.weir.package.deleted.v1',
    time: '2026-11-22T09:00:00Z',
    subject: 'lodash',
    dataschema: 'https://example.org/schema',
  };
  const headers = Object.fromEntries(Object.entries(attributes).map(([name, value]) => [`ce-${name}`, value]));
  expect(read({ 'content-type': 'application/json', ...headers }, {})).toMatchObject([{ event: attributes }]);
});

test.each(['id', 'source', 'type', 'time', 'subject', 'dataschema'])(
  'in binary mode U+0000 in the header ce-%s is refused by its name',
  (name) => {
    const headers = {
      'content-type': 'application/json',
      'ce-specversion': '1.0',
      'ce-id': 'e1',
      'ce-source': '/registry',
      'ce-type': 'dev.weir.package.deleted.v1',
    };
    const sent = readCloudEvents(
      { ...headers, [`ce-${name}`]: 'a%00b' },
      { repository: { name: 'r' }, purl: 'pkg:npm/x@1' },
    );
    if ('refused' in sent) throw new Error(sent.refused.detail);
    expect(sent.map(checkEvent)).toEqual([
      [{ pointer: `/ce-${name}`, detail: 'holds U+0000, which cannot be stored: remove the character' }],
    ]);
  },
);
