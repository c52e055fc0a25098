import { defineConfig } from 'vitest/config';

const resolve = { conditions: ['weir-source', 'node'] };
const ssr = { resolve: { ...resolve, externalConditions: ['node'] } };
const unit = ['{libs,apps,tools,policies}/**/*.spec.ts'];
const integration = ['{libs,apps,tools}/**/*.int.spec.ts'];

export default defineConfig({
  test: {
    projects: [
      { resolve, ssr, test: { name: 'unit', include: unit, exclude: [...integration, '**/node_modules/**', '**/dist/**'] } },
      {
        resolve,
        ssr,
        test: {
          name: 'integration',
          include: integration,
          exclude: ['**/node_modules/**', '**/dist/**'],
          globalSetup: ['tools/testing/postgres-for-tests.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        resolve,
        ssr,
        test: {
          name: 'e2e',
          include: ['e2e/**/*.spec.ts'],
          exclude: ['**/node_modules/**', '**/dist/**'],
          fileParallelism: false,
          testTimeout: 600_000,
          hookTimeout: 180_000,
        },
      },
    ],
  },
});
