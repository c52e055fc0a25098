/** Which promise was broken; shrinking keeps to the same one. */
export type ViolationKind =
  | 'refused'
  | 'state'
  | 'verdict'
  | 'decisions'
  | 'silence'
  | 'uncounted'
  | 'replay'
  | 'unsettled'
  | 'newer event'
  | 'fault';

export interface Violation {
  readonly kind: ViolationKind;
  /** Of the steps, from 0; the feeds and policies that a story begins with are before them. */
  readonly step: number;
  /** The package, event or decision that it is about. */
  readonly subject: string;
  readonly expected: string;
  readonly actual: string;
}
