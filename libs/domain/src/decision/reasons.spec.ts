import { describe, expect, test } from 'vitest';
import { askingPolicies, reasonsInWords, type Explained } from './reasons.js';

const wish = (policyId: string, asks = 'quarantined') => ({ policyId, name: policyId.toUpperCase(), asks });
const deadline = { code: 'deadline_exceeded', message: 'took longer than 250 ms' };
const decision = (
  because: readonly ReturnType<typeof wish>[],
  results: Explained['results'],
  presence: Explained['presence'] = 'present',
) => ({ presence, desired: { because }, results });

interface Case {
  readonly name: string;
  readonly because: readonly ReturnType<typeof wish>[];
  readonly results: Explained['results'];
  readonly presence?: Explained['presence'];
  readonly asking: readonly object[];
  readonly words: readonly string[];
}

const cases: readonly Case[] = [
  {
    name: 'a policy that matches is told by its reasons, once, however much it asks for',
    because: [wish('epss'), wish('epss', 'tag risky')],
    results: [{ policyId: 'epss', reasons: ['a', 'b'], error: null }],
    asking: [
      {
        policyId: 'epss',
        name: 'EPSS',
        wishes: [wish('epss'), wish('epss', 'tag risky')],
        reasons: ['a', 'b'],
        error: null,
      },
    ],
    words: ['EPSS: a', 'EPSS: b'],
  },
  {
    name: 'one that matches without a reason is said to match',
    because: [wish('epss')],
    results: [{ policyId: 'epss', reasons: [], error: null }],
    asking: [{ policyId: 'epss', reasons: [], error: null }],
    words: ['EPSS: matches'],
  },
  {
    name: 'one whose answer was left out of a shortened decision is said to match',
    because: [wish('epss')],
    results: [],
    asking: [{ policyId: 'epss', reasons: [], error: null }],
    words: ['EPSS: matches'],
  },
  {
    name: 'one that failed and asks by its failure mode (closed, or hold after a match) is told by its error',
    because: [wish('epss')],
    results: [{ policyId: 'epss', reasons: [], error: deadline }],
    asking: [{ policyId: 'epss', reasons: [], error: deadline }],
    words: ['EPSS: could not be evaluated (deadline_exceeded: took longer than 250 ms)'],
  },
  {
    name: 'what it said before it failed is told behind the error',
    because: [wish('epss')],
    results: [{ policyId: 'epss', reasons: ['a'], error: deadline }],
    asking: [{ policyId: 'epss', reasons: ['a'], error: deadline }],
    words: ['EPSS: could not be evaluated (deadline_exceeded: took longer than 250 ms)', 'EPSS: a'],
  },
  {
    name: 'one that failed and asks for nothing (open, or hold without a match) is no reason',
    because: [],
    results: [{ policyId: 'epss', reasons: [], error: deadline }],
    asking: [],
    words: ['No policy asks for anything'],
  },
  {
    name: 'a policy that matches and is overruled by a terminal one is no reason',
    because: [wish('first')],
    results: [
      { policyId: 'first', reasons: ['a'], error: null },
      { policyId: 'second', reasons: ['b'], error: null },
    ],
    asking: [{ policyId: 'first', reasons: ['a'] }],
    words: ['FIRST: a'],
  },
  {
    name: 'several are told in the order of application, which is that of the wishes and not of the answers',
    because: [wish('b'), wish('a'), wish('b', 'untag x')],
    results: [
      { policyId: 'a', reasons: ['of a'] },
      { policyId: 'b', reasons: ['of b'] },
    ],
    asking: [
      { policyId: 'b', wishes: [wish('b'), wish('b', 'untag x')], reasons: ['of b'] },
      { policyId: 'a', reasons: ['of a'] },
    ],
    words: ['B: of b', 'A: of a'],
  },
  { name: 'nothing asks for anything', because: [], results: [], asking: [], words: ['No policy asks for anything'] },
  {
    name: 'a deleted package is told to be deleted',
    because: [],
    results: [],
    presence: 'deleted',
    asking: [],
    words: ['The registry deleted the package'],
  },
];

describe('why a decision desires what it does', () => {
  test.each(cases)('$name', ({ because, results, presence, asking, words }) => {
    expect(askingPolicies(because, results)).toMatchObject(asking);
    expect(askingPolicies(because, results)).toHaveLength(asking.length);
    expect(reasonsInWords(decision(because, results, presence))).toEqual(words);
  });
});
