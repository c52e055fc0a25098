import { endToEnd } from './end-to-end/end-to-end.ts';
import type { Scenario } from './scenario.ts';

/** In the order in which they run. */
export const allScenarios: readonly Scenario[] = [endToEnd];
