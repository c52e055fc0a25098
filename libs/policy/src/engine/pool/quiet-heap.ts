import { setFlagsFromString } from 'node:v8';

const quietMegabytes = 128;

/**
 * Lets threads that are started from now on collect all of their garbage only once their old space is 128 MB. What lives
 * in a policy worker is so small that V8 did so every second otherwise, and each time it dropped the machine code of the
 * functions that are made anew for each batch, to compile them again (docs/adr/0007).
 */
export const quietHeap = (): void => setFlagsFromString(`--initial-old-space-size=${quietMegabytes}`);
