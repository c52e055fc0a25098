import { findMembers } from './find-members.js';
import type { CutPlan, PlannedMember } from './plan-cuts.js';

/** What a policy is shown: JSON. Within one input it is the same object for all who are shown the same. */
export interface InputPart {
  /** Equal for equal parts of any input, so that answers can be remembered by it; null for all of an input, which hardly comes twice. */
  readonly text: string | null;
  readonly bytes: () => Uint8Array;
}

/** An input that policies are asked about, of which each is shown what it reads. */
export interface CutInput {
  readonly part: (policyId: string) => InputPart;
  readonly byteLength: number;
}

/** Nothing is looked at before a policy asks for a part of it. */
export const cutInput = (bytes: Uint8Array, plan: CutPlan): CutInput => {
  const whole: InputPart = { text: null, bytes: () => bytes };
  const parts = new Map<readonly PlannedMember[], InputPart>();
  let found: FoundMembers | undefined;
  const cut = (members: readonly PlannedMember[]): InputPart => {
    found ??= lookThrough(bytes, plan);
    // An input of another form than the paths suppose is shown as it is.
    if (found.ranges === null) return whole;
    const text = textOf(found.text, found.ranges, members);
    return { text, bytes: () => Buffer.from(text, 'latin1') };
  };
  return {
    byteLength: bytes.length,
    part: (policyId) => {
      const members = plan.of(policyId);
      if (members === null) return whole;
      const part = parts.get(members) ?? cut(members);
      parts.set(members, part);
      return part;
    },
  };
};

/** An input read as Latin-1, and where the sought members lie in it; null when it is of another form. */
interface FoundMembers {
  readonly text: string;
  readonly ranges: Int32Array | null;
}

const lookThrough = (bytes: Uint8Array, { sought, count }: CutPlan): FoundMembers => {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  const ranges = new Int32Array(2 * count).fill(-1);
  return { text, ranges: findMembers({ bytes, text }, sought, ranges) ? ranges : null };
};

const OPEN_OBJECT = 123;

/** Invariant: the object a shown member lies in is there even when the member is not, as in the input; what is no object is shown as it is. */
const textOf = (text: string, ranges: Int32Array, members: readonly PlannedMember[]): string => {
  let object = '{';
  for (const { prefix, index, inner } of members) {
    const from = ranges[2 * index] ?? -1;
    if (from < 0) continue;
    const isOpened = inner !== null && text.charCodeAt(from) === OPEN_OBJECT;
    const value = isOpened ? textOf(text, ranges, inner) : text.slice(from, ranges[2 * index + 1]);
    object += (object.length > 1 ? ',' : '') + prefix + value;
  }
  return `${object}}`;
};
