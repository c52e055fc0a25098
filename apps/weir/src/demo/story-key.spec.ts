import { environmentKeys } from '@weir/service';
import { expect, test } from 'vitest';
import { storyKey } from './story-key.js';

test('the key of a story is taken beside the others until the story is told, and names who tells it', () => {
  const key = storyKey('weir up --demo');
  const ring = key.besides(environmentKeys(['of the environment']));
  expect(ring.state()).toBe('guarded');
  expect(ring.find(key.text)).toMatchObject({ name: 'weir up --demo', workspaces: null });
  expect(ring.find('of the environment')).toMatchObject({ name: 'API_KEYS' });
  expect(ring.find('another')).toHaveProperty('refused');
  key.forget();
  expect(ring.find(key.text)).toHaveProperty('refused');
});

test('where nobody is asked for a key nobody is because of it', () => {
  expect(storyKey('weir demo').besides(environmentKeys([])).state()).toBe('open');
});
