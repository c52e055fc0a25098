import { defineConfig } from 'vitest/config';
import { canTestBrowser } from './tools/testing/browser-for-tests.js';
import { canTestDeployment } from './tools/testing/deployment-tools.js';
import { canTestKafka, clusterSpecs } from './tools/testing/kafka-for-tests.js';
import { canTestObservability } from './tools/testing/observability-tools.js';

const resolve = { conditions: ['weir-source', 'node'] };
const ssr = { resolve: { ...resolve, externalConditions: ['node'] } };
const unit = ['{libs,apps,tools,policies,bench}/**/*.spec.ts'];
const integration = ['{libs,apps,tools}/**/*.int.spec.ts'];
const onKafka = ['{libs,apps,tools,e2e}/**/*.kafka.spec.ts'];
/** How long a test may take before it counts as hung. It says nothing of speed: a machine that is busy otherwise takes long for everything. */
const PATIENCE = 60_000;
const inBrowser = canTestBrowser() ? [] : ['e2e/pages-of-others.spec.ts', 'e2e/console*.spec.ts'];
const kafka = {
  resolve,
  ssr,
  test: {
    name: 'kafka',
    include: onKafka,
    exclude: [...clusterSpecs(), '**/node_modules/**', '**/dist/**'],
    globalSetup: ['tools/testing/kafka-for-tests.ts'],
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
};

const observability = {
  resolve,
  ssr,
  test: {
    name: 'observability',
    include: ['e2e/telemetry/**/*.spec.ts'],
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 300_000,
  },
};

const deployment = {
  resolve,
  ssr,
  test: {
    name: 'deployment',
    include: ['e2e/deployment/**/*.spec.ts'],
    fileParallelism: false,
    testTimeout: 300_000,
    hookTimeout: 300_000,
  },
};

export default defineConfig({
  test: {
    projects: [
      {
        resolve,
        ssr,
        test: {
          name: 'unit',
          include: unit,
          exclude: [...integration, ...onKafka, '**/node_modules/**', '**/dist/**'],
          testTimeout: PATIENCE,
          hookTimeout: PATIENCE,
        },
      },
      {
        resolve,
        ssr,
        test: {
          name: 'integration',
          include: integration,
          exclude: ['**/node_modules/**', '**/dist/**'],
          globalSetup: ['tools/testing/postgres-for-tests.ts'],
          testTimeout: PATIENCE,
          hookTimeout: PATIENCE,
        },
      },
      {
        resolve,
        ssr,
        test: {
          name: 'e2e',
          include: ['e2e/**/*.spec.ts'],
          exclude: [
            'e2e/telemetry/**',
            'e2e/deployment/**',
            ...onKafka,
            ...inBrowser,
            '**/node_modules/**',
            '**/dist/**',
          ],
          fileParallelism: false,
          testTimeout: 600_000,
          hookTimeout: 180_000,
        },
      },
      ...(canTestKafka() ? [kafka] : []),
      ...(canTestObservability() ? [observability] : []),
      ...(canTestDeployment() ? [deployment] : []),
    ],
  },
});
