import type { Ecosystem } from '@weir/contracts';
import { compareRead, readVersion } from './version.js';

/**
 * Negative when `a` comes before `b` in the ecosystem's own order: PEP 440, semantic versions (npm, crates.io, Go) or
 * Maven's. A version that its ecosystem cannot read comes before all that it can.
 */
export const compareVersions = (ecosystem: Ecosystem, a: string, b: string): number =>
  compareRead(readVersion(ecosystem, a), readVersion(ecosystem, b));

export const isValidVersion = (ecosystem: Ecosystem, version: string): boolean =>
  readVersion(ecosystem, version).order !== 'none';
