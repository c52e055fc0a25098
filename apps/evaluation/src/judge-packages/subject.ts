import type { Cause, PackageRef, RepositoryRef } from '@weir/domain';

/** A package, what is known about it, and why it may be due to be judged. */
export interface Subject {
  readonly key: string;
  readonly workspace: string;
  readonly repository: RepositoryRef;
  readonly package: PackageRef;
  readonly presence: 'present' | 'deleted';
  readonly cause: Cause;
  /** Of the observation that is the cause: its place among those of the package, from 1; null when the message tells none. */
  readonly ordinal: number | null;
  readonly factsDigest: string | null;
  /** The facts document when it came with the message; null when it lies in the evidence. */
  readonly facts: Uint8Array | null;
  readonly sequence: number;
  readonly traceparent: string | null;
}
