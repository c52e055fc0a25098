import { z } from 'zod';
import { inputV0Schema } from './input-v0.js';
import { inputV1Schema } from './input-v1.js';

/**
 * All that is known about one package at one moment, named by its sha256 digest: the `input` of every policy but for
 * `v1.freshness`, which moves with every load of a feed and is given to policies with the clock.
 */
export const factsSchema = z.object({ v0: inputV0Schema, v1: inputV1Schema.omit({ freshness: true }) });

export type Facts = z.infer<typeof factsSchema>;
