import type { Cause, PackageRef, RepositoryRef } from '@weir/domain';

/** A package, what is known about it, and why it is to be judged now. */
export interface Judgeable {
  readonly key: string;
  readonly workspace: string;
  readonly repository: RepositoryRef;
  readonly package: PackageRef;
  readonly presence: 'present' | 'deleted';
  readonly cause: Cause;
  readonly factsDigest: string | null;
  /** The facts document when it came with the message; null when it lies in the evidence store already. */
  readonly facts: Uint8Array | null;
  readonly sequence: number;
  readonly traceparent: string | null;
}
