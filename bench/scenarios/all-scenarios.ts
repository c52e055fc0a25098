import { abuse } from './abuse/abuse.ts';
import { append } from './append/append.ts';
import { endToEnd } from './end-to-end/end-to-end.ts';
import { engine } from './engine/engine.ts';
import { evaluate } from './evaluate/evaluate.ts';
import { latency } from './latency/latency.ts';
import { policies } from './policies/policies.ts';
import { replay } from './replay/replay.ts';
import type { Scenario } from './scenario.ts';

/** In the order in which they run. */
export const allScenarios: readonly Scenario[] = [endToEnd, latency, evaluate, engine, append, replay, policies, abuse];
