import { z } from 'zod';
import { inputV0Schema } from './input-v0.js';
import { inputV1Schema } from './input-v1.js';

/** All that is known about one package at one moment: the `input` of every policy. Named by its sha256 digest. */
export const factsSchema = z.object({ v0: inputV0Schema, v1: inputV1Schema });

export type Facts = z.infer<typeof factsSchema>;
