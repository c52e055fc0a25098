import { mkdtempSync, chmodSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { startEmbeddedPostgres } from '../../apps/weir/src/embedded-postgres/start-embedded-postgres.js';

declare module 'vitest' {
  interface ProvidedContext {
    ownerUrl: string;
    serviceUrl: string;
  }
}

/** One real PostgreSQL for all integration tests of a run; each test file makes a database of its own in it. */
export default async function setup(project: TestProject) {
  const folder = mkdtempSync(join(tmpdir(), 'weir-test-postgres-'));
  chmodSync(folder, 0o755);
  const postgres = await startEmbeddedPostgres(folder);
  project.provide('ownerUrl', postgres.ownerUrl);
  project.provide('serviceUrl', postgres.serviceUrl);
  return async () => {
    await postgres.stop();
    rmSync(folder, { recursive: true, force: true });
  };
}
