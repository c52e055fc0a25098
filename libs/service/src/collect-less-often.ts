import { setFlagsFromString } from 'node:v8';

/** Of Node.js 24; versions that do not know the flag, or have made it their default, would print an error. */
const KNOWS_THE_FLAG = 13;

/**
 * Lets V8 weigh buffers together with the objects of the heap when it decides whether to collect all garbage. As it
 * comes, 64 MB of buffers are reason enough however large the heap is; a service that passes messages on allocates that
 * in a second, and marking all that lives took a quarter of its CPU (docs/adr/0007). Call it before anything large is made.
 */
export const collectLessOften = (): void => {
  if (Number.parseInt(process.versions.v8, 10) === KNOWS_THE_FLAG)
    setFlagsFromString('--external-memory-accounted-in-global-limit');
};
