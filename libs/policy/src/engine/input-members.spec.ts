import { describe, expect, it } from 'vitest';
import { inputMembers } from './input-members.js';

/** What was found, as texts again. */
const found = (text: string): unknown => {
  const members = inputMembers(text);
  return members && Object.fromEntries([...members].map(([name, { range, members: inner }]) => [name, inner ? Object.fromEntries([...inner].map(([second, at]) => [second, text.slice(...at)])) : text.slice(...range)]));
};

describe('the members of an input', () => {
  it('are found down to the second level, whatever stands in their values', () => {
    const text = JSON.stringify({ v0: { list: [1, { a: '}],"' }], text: 'a "quoted\\" {', empty: {} }, v1: 'x\\', n: -1.5e3, last: [] });
    expect(found(text)).toEqual({ v0: { list: '[1,{"a":"}],\\""}]', text: '"a \\"quoted\\\\\\" {"', empty: '{}' }, v1: '"x\\\\"', n: '-1500', last: '[]' });
    expect(inputMembers(text)?.get('v0')?.range).toEqual([6, text.indexOf(',"v1"')]);
  });

  it('of an empty object and of empty objects in it are none', () => {
    expect(found('{}')).toEqual({});
    expect(found('{"v0":{}}')).toEqual({ v0: {} });
  });

  it('are not told where places could mislead: other values, other spacing, unusual names, text that is cut off', () => {
    const misleading = ['[]', 'null', '"v0"', '', '{ "v0":{}}', '{"v0": {}}', '{"v0":{},"v1" :1}', '{"v0":{}} ', '{"v\\u0030":{}}', '{"v0":{"a.b":1}}', '{"a.b":1}', '{"v0":{"a":1}', '{"v0":{"a":"x', '{"v0"', '{"v0":{}}{'];
    expect(misleading.map(found)).toEqual(misleading.map(() => null));
  });
});
