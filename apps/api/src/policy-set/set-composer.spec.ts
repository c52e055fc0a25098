import { emptyPolicyBook } from '@weir/domain';
import { OpaOverran } from '@weir/policy';
import { expect, test } from 'vitest';
import { setComposer } from './set-composer.js';

test('policies that cost the compiler too much together are refused with the cure, and are no fault', async () => {
  const overran = async (): Promise<never> => {
    throw new OpaOverran('the compiler takes more than 20 s of CPU, or memory, for it: write it shorter');
  };
  const composer = setComposer({
    eventStore: {} as never,
    library: null,
    compiler: { check: overran, compile: overran },
  });
  expect(await composer.compile(emptyPolicyBook, 'default', new Map())).toEqual({
    culprit: null,
    refusal: {
      refused: 'rego_refused',
      message: expect.stringMatching(/workspace default.*write it shorter.*deactivate one/) as string,
      errors: [{ pointer: '/rego', detail: expect.stringContaining('20 s of CPU') as string }],
    },
  });
});
