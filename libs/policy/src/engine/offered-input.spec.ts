import { describe, expect, it } from 'vitest';
import { offerInput } from './offered-input.js';
import { shownToEach } from './shown-members.js';

const shownTo = (inputPaths: readonly string[]) => shownToEach({ policy: { inputPaths } }).get('policy') ?? null;

const shown = (input: unknown, ...inputPaths: readonly string[]): unknown => {
  const { bytes } = offerInput(Buffer.from(JSON.stringify(input))).part(shownTo(inputPaths));
  return JSON.parse(Buffer.from(bytes).toString('utf8'));
};

const facts = { v0: { package: { name: 'lodäsh' }, vulnerabilities: [{ id: 'CVE-1' }] }, v1: { licence: { ids: ['MIT'] }, malicious: false } };

describe('what a policy is shown', () => {
  it('is the members that it reads something of, and the objects that they are in', () => {
    expect(shown(facts, 'v0.package.name', 'v1.malicious')).toEqual({ v0: { package: { name: 'lodäsh' } }, v1: { malicious: false } });
    expect(shown(facts, 'v0.vulnerabilities.*.id', 'v0.vulnerabilities.?')).toEqual({ v0: { vulnerabilities: [{ id: 'CVE-1' }] } });
    expect(shown(facts, 'v0.scorecard.score', 'v2.name.first')).toEqual(facts);
    expect(shown(facts, 'v0.scorecard.score')).toEqual({ v0: {} });
    expect(shown(facts)).toEqual({});
  });

  it('is a whole member when it is counted, searched or handed on', () => {
    for (const path of ['v1', 'v1.*.ids', 'v1.?']) expect(shown(facts, path, 'v1.malicious')).toEqual({ v1: facts.v1 });
  });

  it('is everything when that is what it reads, and when the input has another form', () => {
    for (const path of ['*', '?', '*.package']) expect(shown(facts, path)).toEqual(facts);
    for (const input of [null, [], 'text', { v0: null }, { v0: [1] }, {}]) expect(shown(input, 'v0.package.name')).toEqual(input);
  });

  it('is put together once for policies that read the same', () => {
    const each = shownToEach({ one: { inputPaths: ['v0.package.name'] }, two: { inputPaths: ['v0.package.version'] }, three: { inputPaths: ['v1.licence'] } });
    expect(each.get('one')).toBe(each.get('two'));
    expect(each.get('one')).not.toEqual(each.get('three'));
  });
});
