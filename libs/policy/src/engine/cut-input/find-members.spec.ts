import { describe, expect, it } from 'vitest';
import { findMembers, soughtMembers, type SoughtMembers } from './find-members.js';

const nowhere: SoughtMembers = soughtMembers(new Map());
const list = { index: 1, inner: nowhere };
const deep = { index: 3, inner: nowhere };
const sought: SoughtMembers = soughtMembers(
  new Map([
    [
      'v0',
      {
        index: 0,
        inner: soughtMembers(
          new Map([
            ['list', list],
            ['object', { index: 2, inner: soughtMembers(new Map([['deep', deep]])) }],
          ]),
        ),
      },
    ],
    ['v1', { index: 4, inner: nowhere }],
  ]),
);
const names = ['v0', 'list', 'object', 'deep', 'v1'];

/** What was found, as texts again. */
const found = (text: string): unknown => {
  const ranges = new Int32Array(2 * names.length).fill(-1);
  if (!findMembers({ bytes: Buffer.from(text, 'latin1'), text }, sought, ranges)) return null;
  return Object.fromEntries(
    names.flatMap((name, i) =>
      (ranges[2 * i] ?? -1) < 0 ? [] : [[name, text.slice(ranges[2 * i], ranges[2 * i + 1])]],
    ),
  );
};

describe('the places in an input', () => {
  it('are found whatever stands in the values, and what is not looked for is passed over', () => {
    const v0 = {
      list: [1, { a: '}],"' }],
      text: 'a "quoted\\" {',
      object: { other: { v1: 1 }, deep: -1.5e3, 'a b': [] },
    };
    const text = JSON.stringify({ first: '{"v1":', v0, v1: 'x\\', last: [{ v0: 1 }] });
    expect(found(text)).toEqual({
      v0: JSON.stringify(v0),
      list: '[1,{"a":"}],\\""}]',
      object: JSON.stringify(v0.object),
      deep: '-1500',
      v1: '"x\\\\"',
    });
  });

  it('are found behind strings of any length, whatever is escaped in them', () => {
    for (const length of [28, 29, 30, 31, 32, 33, 100]) {
      for (const end of ['', '\\', '"', '\\"', '\\\\']) {
        const text = JSON.stringify({ long: `${'x'.repeat(length)}${end}`, v1: 1 });
        expect(found(text)).toEqual({ v1: '1' });
      }
    }
  });

  it('are found whatever they are called, an empty name too', () => {
    const named = ['', 'a', 'ab', '$ref', '_', '0', 'a-b c', 'Z'.repeat(40)];
    const byName = soughtMembers(new Map(named.map((name, index) => [name, { index, inner: nowhere }])));
    const text = JSON.stringify(Object.fromEntries([...named, 'aa', 'b', '1'].map((name, i) => [name, i])));
    const ranges = new Int32Array(2 * named.length).fill(-1);
    expect(findMembers({ bytes: Buffer.from(text, 'latin1'), text }, byName, ranges)).toBe(true);
    const values = JSON.parse(text) as Record<string, number>;
    expect(named.map((_, i) => Number(text.slice(ranges[2 * i], ranges[2 * i + 1])))).toEqual(
      named.map((name) => values[name]),
    );
  });

  it('of members that are not there, or are no objects, are not told', () => {
    expect(found('{}')).toEqual({});
    expect(found('{"v0":{}}')).toEqual({ v0: '{}' });
    expect(found('{"v0":{"object":[{"deep":1}]},"v1":null}')).toEqual({
      v0: '{"object":[{"deep":1}]}',
      object: '[{"deep":1}]',
      v1: 'null',
    });
  });

  it('are not told where places could mislead: other values, other spacing, unusual names, text that is cut off', () => {
    const misleading = [
      '[]',
      'null',
      '"v0"',
      '',
      '{ "v0":{}}',
      '{"v0": {}}',
      '{"v0":{},"v1" :1}',
      '{"v0":{}} ',
      '{"v\\u0030":{}}',
      '{"v0":{"a.b":1}}',
      '{"v0":{"object":{"a.b":1}}}',
      '{"a.b":1}',
      '{"v0":{"a":1}',
      '{"v0":{"a":"x',
      '{"v0"',
      '{"v0":{}}{',
    ];
    expect(misleading.map(found)).toEqual(misleading.map(() => null));
  });
});
