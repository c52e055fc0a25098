import { describe, expect, test } from 'vitest';
import type { SaveStep } from '../story.ts';
import type { World } from './model-state.ts';
import { createStoryModel, type StoryModel } from './story-model.ts';

const HOUR = 3_600_000;
const world = (loadedAt: Partial<World['loadedAt']> = {}): World => ({
  startedAt: 0,
  loadedAt: { osv: 0, epss: 0, kev: 0, ...loadedAt },
  engine: 'genuine',
});

const modelWith = (...policies: readonly SaveStep[]): StoryModel => {
  const model = createStoryModel();
  for (const step of policies) {
    model.save(step, step.policy);
    model.activate(step.policy, 1);
  }
  return model;
};

const policy = (template: SaveStep['template'], over: Partial<SaveStep> = {}): SaveStep => ({
  do: 'save',
  policy: template,
  template,
  ...over,
});

const publish = (model: StoryModel, told: object, now = HOUR): void =>
  model.observe({ kind: 'published', package: 'p1@1.0.0', ...told }, world(), now);

const states = (model: StoryModel, now = HOUR, at = world()): readonly string[] =>
  model.expected(at, now).flatMap(({ anyOf }) => anyOf.map(({ state }) => state));

test('a publication says all there is, a deletion takes it away, and another publication brings it back', () => {
  const model = modelWith(policy('gpl-anywhere'));
  publish(model, { license: 'GPL-3.0-only' });
  expect(states(model)).toEqual(['quarantined']);
  publish(model, {});
  expect(states(model)).toEqual(['available']);
  model.observe({ kind: 'deleted', package: 'p1@1.0.0' }, world(), HOUR);
  expect(states(model)).toEqual(['deleted']);
  publish(model, { license: 'GPL-2.0-only' });
  expect(states(model)).toEqual(['quarantined']);
});

test('a copy has what it states, and else what its source said', () => {
  const model = modelWith(policy('gpl-anywhere'));
  publish(model, { license: 'GPL-3.0-only' });
  model.observe({ kind: 'copied', package: 'staging/p1@1.0.0' }, world(), HOUR);
  expect(states(model)).toEqual(['quarantined', 'quarantined']);
  model.observe({ kind: 'copied', package: 'other/p1@1.0.0', license: 'MIT' }, world(), HOUR);
  expect(states(model)).toEqual(['quarantined', 'quarantined', 'available']);
});

test('an advisory concerns the versions before its fix, until it is withdrawn', () => {
  const model = modelWith(policy('scan-status'));
  publish(model, {});
  model.observe({ kind: 'published', package: 'p1@2.0.0' }, world(), HOUR);
  model.load({ feeds: ['osv'], advisories: { v1: { product: 'p1', fixed: '2.0.0' } } });
  expect(states(model)).toEqual(['quarantined', 'available']);
  model.load({ feeds: ['osv'], advisories: { v1: { product: 'p1', fixed: '2.0.0', withdrawn: true } } });
  expect(states(model)).toEqual(['available', 'available']);
});

test('time and the age of a feed change answers by themselves', () => {
  const waiting = modelWith(policy('published-too-recently', { parameters: { days: 1 } }));
  publish(waiting, { publishedDaysAgo: 0 });
  expect([states(waiting, 24 * HOUR), states(waiting, 25 * HOUR)]).toEqual([['quarantined'], ['available']]);
  const fresh = modelWith(policy('stale-feed', { parameters: { feed: 'kev', hours: 2 } }));
  publish(fresh, {});
  expect([states(fresh), states(fresh, 3 * HOUR), states(fresh, 3 * HOUR, world({ kev: 2 * HOUR }))]).toEqual([
    ['available'],
    ['quarantined'],
    ['available'],
  ]);
});

test('a terminal policy that matches is the last one heard, and equal precedence goes by id', () => {
  const trusted = policy('tagged', {
    parameters: { tag: 'trusted' },
    precedence: 100,
    terminal: true,
    actions: [{ type: 'SetPackageState', state: 'available' }],
  });
  const model = modelWith(
    policy('gpl-anywhere'),
    policy('downloaded', { actions: [{ type: 'SetPackageState', state: 'hidden' }] }),
    trusted,
  );
  publish(model, { license: 'GPL-3.0-only' });
  model.observe({ kind: 'downloaded', package: 'p1@1.0.0' }, world(), HOUR);
  expect(model.expected(world(), HOUR)[0]?.anyOf).toEqual([
    { state: 'quarantined', tags: [], policies: ['downloaded', 'gpl-anywhere'] },
  ]);
  publish(model, { license: 'GPL-3.0-only', tags: ['trusted'] });
  expect(model.expected(world(), HOUR)[0]?.anyOf).toEqual([{ state: 'available', tags: [], policies: ['tagged'] }]);
});

describe('a policy that fails about a package', () => {
  test.each([
    ['closed', 'quarantined'],
    ['open', 'available'],
    ['hold', 'quarantined'],
  ] as const)('and is %s asks for what that says: %s', (onError, state) => {
    const model = modelWith(policy('fragile', { onError }));
    publish(model, { summary: 'hostile' });
    expect(states(model)).toEqual([state]);
  });

  test('and holds asks for what it asked for last, over a deletion too', () => {
    const model = modelWith(policy('fragile', { onError: 'hold' }));
    publish(model, { tags: [] });
    publish(model, { summary: 'hostile' });
    expect(states(model)).toEqual(['available']);
    model.observe({ kind: 'deleted', package: 'p1@1.0.0' }, world(), HOUR);
    model.remember(world(), HOUR);
    publish(model, { tags: ['flagged'] });
    model.observe({ kind: 'deleted', package: 'p1@1.0.0' }, world(), HOUR);
    publish(model, { summary: 'hostile' });
    expect(states(model)).toEqual(['quarantined']);
  });

  test('may fail about others of its workspace for as long as the package is there, and once more after', () => {
    const model = modelWith(policy('fragile', { onError: 'open' }));
    publish(model, { tags: ['flagged'] });
    model.observe({ kind: 'published', package: 'h1@1.0.0', summary: 'hostile' }, world(), HOUR);
    expect(states(model)).toEqual(['quarantined', 'available', 'available']);
    model.remember(world(), HOUR);
    model.observe({ kind: 'deleted', package: 'h1@1.0.0' }, world(), HOUR);
    expect(states(model)).toEqual(['quarantined', 'available', 'deleted']);
    model.remember(world(), HOUR);
    expect(states(model)).toEqual(['quarantined', 'deleted']);
  });
});

test('a workspace has policies of its own', () => {
  const model = modelWith(policy('gpl-anywhere', { workspace: 'b' }));
  publish(model, { license: 'GPL-3.0-only' });
  model.observe({ kind: 'published', package: 'b/main/p1@1.0.0', license: 'GPL-3.0-only' }, world(), HOUR);
  expect(states(model)).toEqual(['available', 'quarantined']);
});
