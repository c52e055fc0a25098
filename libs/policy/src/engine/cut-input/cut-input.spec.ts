import { describe, expect, it } from 'vitest';
import { cutInput } from './cut-input.js';
import { shownToPolicies } from './shown-members.js';
import { planCuts } from './plan-cuts.js';

const shown = (input: unknown, ...inputPaths: readonly string[]): unknown => {
  const plan = planCuts(
    shownToPolicies({ policy: { inputPaths }, other: { inputPaths: ['v0.package.version', 'v1.licence.ids'] } }),
  );
  return JSON.parse(
    Buffer.from(
      cutInput(Buffer.from(JSON.stringify(input)), plan)
        .part('policy')
        .bytes(),
    ).toString('utf8'),
  );
};

const facts = {
  v0: { package: { name: 'lodäsh' }, vulnerabilities: [{ id: 'CVE-1' }] },
  v1: { licence: { ids: ['MIT'] }, malicious: false },
};

describe('what a policy is shown', () => {
  it('is the members that it reads something of, and the objects that they are in', () => {
    expect(shown(facts, 'v0.package.name', 'v1.malicious')).toEqual({
      v0: { package: { name: 'lodäsh' } },
      v1: { malicious: false },
    });
    expect(shown(facts, 'v0.vulnerabilities.*.id', 'v0.vulnerabilities.?')).toEqual({
      v0: { vulnerabilities: [{ id: 'CVE-1' }] },
    });
    expect(shown(facts, 'v1.licence.ids', 'v1.licence.text')).toEqual({ v1: { licence: { ids: ['MIT'] } } });
    expect(shown(facts, 'v0.scorecard.score', 'v2.name.first')).toEqual({ v0: {} });
    expect(shown(facts)).toEqual({});
  });

  it('is all of an object that stands where a list should: what is read of its elements has no name of theirs', () => {
    const odd = { v0: { vulnerabilities: { a: { severity: 'HIGH', title: 'x' } }, package: { name: 'x' } } };
    expect(shown(odd, 'v0.vulnerabilities.severity')).toEqual({ v0: { vulnerabilities: odd.v0.vulnerabilities } });
  });

  it('is a member whatever its name is spelled with', () => {
    const named = { v0: { 'größe €😀': { é: 1, other: 2 } }, é: [3] };
    expect(shown(named, 'v0.größe €😀.é', 'é')).toEqual({ v0: { 'größe €😀': { é: 1 } }, é: [3] });
  });

  it('is a whole member when it is counted, searched or handed on', () => {
    for (const path of ['v1', 'v1.*.ids', 'v1.?']) expect(shown(facts, path, 'v1.malicious')).toEqual({ v1: facts.v1 });
  });

  it('is a value as it is where members of an object were expected', () => {
    expect(shown(facts, 'v0.vulnerabilities.id', 'v1.malicious.since')).toEqual({
      v0: { vulnerabilities: facts.v0.vulnerabilities },
      v1: { malicious: false },
    });
  });

  it('is everything when that is what it reads, and when the input has another form', () => {
    for (const path of ['*', '?', '*.package']) expect(shown(facts, path)).toEqual(facts);
    for (const input of [null, [], 'text', { v0: null }, { v0: [1] }, {}])
      expect(shown(input, 'v0.package.name')).toEqual(input);
  });

  it('is put together once for policies that read the same', () => {
    const shownTo = shownToPolicies({
      one: { inputPaths: ['v1.licence.ids.*'] },
      two: { inputPaths: ['v1.licence.ids.?'] },
      three: { inputPaths: ['v1.licence'] },
    });
    expect(shownTo.get('one')).toBe(shownTo.get('two'));
    expect(shownTo.get('one')).not.toEqual(shownTo.get('three'));
  });
});
