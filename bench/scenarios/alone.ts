import { createCleanup, temporaryFolder } from '../system/cleanup.ts';
import type { ScenarioContext } from './scenario.ts';

/** Runs a part of a scenario with a folder of its own and ends all it started, so that nothing of it disturbs the next part. */
export const alone = async <T>(context: ScenarioContext, part: (own: ScenarioContext) => Promise<T>): Promise<T> => {
  const cleanup = createCleanup();
  context.cleanup.add(() => cleanup.run());
  try {
    return await part({ ...context, cleanup, folder: temporaryFolder(cleanup) });
  } finally {
    await cleanup.run();
  }
};
