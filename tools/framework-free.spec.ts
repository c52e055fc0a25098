import { registerHooks } from 'node:module';
import { expect, test } from 'vitest';

const loaded: string[] = [];
registerHooks({
  resolve: (specifier, context, next) => {
    const resolved = next(specifier, context);
    if (resolved.url.includes('/node_modules/')) loaded.push(resolved.url);
    return resolved;
  },
});
const ofNest = (): readonly string[] => loaded.filter((url) => url.includes('/@nestjs/'));

test('what is no application loads no Nest: the log, the topics, policies, and what they stand on', async () => {
  await import('@weir/postgres');
  await import('@weir/service/observe');
  await import('@weir/service/validate');
  await import('@weir/event-store');
  await import('@weir/policy');
  await import('@weir/messaging');
  expect(loaded.some((url) => url.includes('/kafkajs/'))).toBe(true);
  expect(ofNest()).toEqual([]);
  // Seen where it is loaded: else the line above would say nothing.
  await import('@weir/messaging/nest');
  expect(ofNest().length).toBeGreaterThan(0);
});
