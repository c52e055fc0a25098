import { expect, test } from 'vitest';
import { NotAble, reasonForStrangers } from './reason-for-strangers.js';
import { Retryable } from './retryable.js';
import { Standstill } from './standstill.js';

const withCode = (code: string): Error =>
  Object.assign(new Error(`password of "weir" at db.internal:5432, 10.1.2.3: hunter2 (${code})`), { code });

test.each([
  ['53100', 'no space left'],
  ['53300', 'no connection'],
  ['28P01', 'refuses the login'],
  ['28000', 'refuses the login'],
  ['3D000', 'not there'],
  ['42P01', 'run weir migrate'],
  ['3F000', 'run weir migrate'],
  ['42501', 'run weir migrate'],
  ['25006', 'takes no writes'],
  ['57P01', 'cannot be reached'],
  ['57P03', 'cannot be reached'],
  ['08006', 'cannot be reached'],
  ['ECONNREFUSED', 'cannot be reached'],
  ['ENOTFOUND', 'cannot be reached'],
  ['40001', 'cannot be used for now'],
  ['55P03', 'cannot be used for now'],
])('%s is told without place, login or secret, however deep it lies', (code, words) => {
  for (const fault of [
    withCode(code),
    new Retryable('db.internal cannot be used', { cause: withCode(code) }),
    new Error('db.internal', { cause: new Error('hunter2', { cause: withCode(code) }) }),
  ]) {
    const reason = reasonForStrangers(fault);
    expect(reason).toContain(words);
    expect(reason).not.toMatch(/hunter2|db\.internal|10\.1|5432|"weir"/);
  }
});

test('a server that says nothing is told, and so is what was said for everybody', () => {
  expect(reasonForStrangers(new Error('Query read timeout'))).toContain('cannot be used for now');
  expect(reasonForStrangers(new Error('x', { cause: new NotAble('it is still starting') }))).toBe(
    'it is still starting',
  );
  expect(reasonForStrangers(new Standstill('an event of a kind that is not known'))).toContain('kind');
});

test('a fault of ours stays one', () => {
  for (const fault of [new TypeError('x is not a function'), withCode('23505'), 'no error at all', undefined])
    expect(reasonForStrangers(fault)).toBeNull();
});
