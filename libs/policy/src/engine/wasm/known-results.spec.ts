import { describe, expect, it, vi } from 'vitest';
import { newKnownResults } from './known-results.js';

const clock = { nowNanos: 5n };
const bytes = (text: string): Uint8Array => Buffer.from(text);

describe('results of built-ins', () => {
  it('are computed once for the same operands, undefined ones too', () => {
    const known = newKnownResults(clock);
    const compute = vi.fn((name: string, operands: readonly string[]) =>
      name === 'none' ? null : bytes(operands.join('+')),
    );
    for (let time = 0; time < 2; time += 1) {
      expect(known.of('join', ['"a"', '"b"'], compute)).toEqual(bytes('"a"+"b"'));
      expect(known.of('join', ['"a"'], compute)).toEqual(bytes('"a"'));
      expect(known.of('none', ['"a"'], compute)).toBeNull();
    }
    expect(compute).toHaveBeenCalledTimes(3);
  });

  it.each([[[]], [['"UTC"']]])('are of the present instant where the clock was looked at (operands %j)', (operands) => {
    const moving = { nowNanos: 5n };
    const known = newKnownResults(moving);
    const now = (): Uint8Array | null => known.of('now', operands, (_, __, { nowNanos }) => bytes(String(nowNanos)));
    for (const instant of [5n, 6n, 5n]) {
      moving.nowNanos = instant;
      expect([now(), now()]).toEqual([bytes(String(instant)), bytes(String(instant))]);
    }
  });

  it('are not remembered when they are faults, or when the operands are long', () => {
    const known = newKnownResults(clock);
    const compute = vi.fn(() => bytes('1'));
    expect(() =>
      known.of('f', ['1'], () => {
        throw new Error('failed');
      }),
    ).toThrow('failed');
    expect(known.of('f', ['1'], compute)).toEqual(bytes('1'));
    const long = JSON.stringify('x'.repeat(1_000));
    known.of('f', [long], compute);
    known.of('f', [long], compute);
    expect(compute).toHaveBeenCalledTimes(3);
  });

  it('take bounded memory', () => {
    const known = newKnownResults(clock);
    const compute = vi.fn(() => bytes('1'));
    for (let number = 0; number < 1_001; number += 1) known.of('f', [String(number)], compute);
    known.of('f', ['0'], compute);
    expect(compute).toHaveBeenCalledTimes(1_002);
  });
});
