import { expect, test } from 'vitest';
import { eventParser, type StreamEvent } from './event-parser.js';

const STREAM = [
  'retry: 2000\nid: 0.1\n\n',
  'id: 0.2\nevent: decision\ndata: {"purl":"pkg:npm/ä@1"}\n\n',
  ': heartbeat\nid: 0.3\n\n',
  'data: two\ndata:lines\n\n',
  'id\ndata\n\n',
].join('');

const EVENTS: readonly StreamEvent[] = [
  { id: '0.2', type: 'decision', data: '{"purl":"pkg:npm/ä@1"}' },
  { id: '0.3', type: 'message', data: 'two\nlines' },
  { id: '', type: 'message', data: '' },
];

test.each(['\n', '\r\n', '\r'])('events are the same wherever the stream is cut, with lines that end by %j', (end) => {
  // What ends a stream of \r is only known by what follows.
  const text = `${STREAM.replaceAll('\n', end)}: more${end}:`;
  for (let first = 0; first < text.length; first += 1)
    for (let second = first; second < text.length; second += 19) {
      const parse = eventParser();
      const pieces = [text.slice(0, first), text.slice(first, second), text.slice(second)];
      expect(pieces.flatMap(parse), JSON.stringify(pieces)).toEqual(EVENTS);
    }
});
