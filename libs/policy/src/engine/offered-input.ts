import { findPlaces } from './input-places.js';
import type { PlannedMember, ShownPlan } from './shown-plan.js';

/** What a policy is shown: JSON. Within one input it is the same object for all who are shown the same. */
export interface ShownPart {
  /** Equal for equal parts of any input, so that answers can be remembered by it; null for all of an input, which hardly comes twice. */
  readonly text: string | null;
  readonly bytes: () => Uint8Array;
}

/** An input that policies are asked about, of which each is shown what it reads. */
export interface OfferedInput {
  readonly part: (policyId: string) => ShownPart;
  readonly byteLength: number;
}

const OPEN_OBJECT = 123;

/** Invariant: the object a shown member lies in is there even when the member is not, as in the input; what is no object is shown as it is. */
const textOf = (text: string, ranges: Int32Array, members: readonly PlannedMember[]): string => {
  let object = '{';
  for (const { prefix, index, inner } of members) {
    const from = ranges[2 * index] ?? -1;
    if (from < 0) continue;
    const isOpened = inner !== null && text.charCodeAt(from) === OPEN_OBJECT;
    object += (object.length > 1 ? ',' : '') + prefix + (isOpened ? textOf(text, ranges, inner) : text.slice(from, ranges[2 * index + 1]));
  }
  return `${object}}`;
};

/** Nothing is looked at before a policy asks for a part of it. */
export const offerInput = (bytes: Uint8Array, plan: ShownPlan): OfferedInput => {
  const whole: ShownPart = { text: null, bytes: () => bytes };
  const parts = new Map<readonly PlannedMember[], ShownPart>();
  let read: { readonly text: string; readonly ranges: Int32Array | null } | undefined;
  const make = (shown: readonly PlannedMember[]): ShownPart => {
    read ??= readPlaces(bytes, plan);
    // An input of another form than the paths suppose is shown as it is.
    if (read.ranges === null) return whole;
    const text = textOf(read.text, read.ranges, shown);
    return { text, bytes: () => Buffer.from(text, 'latin1') };
  };
  return {
    byteLength: bytes.length,
    part: (policyId) => {
      const shown = plan.of(policyId);
      if (shown === null) return whole;
      const known = parts.get(shown) ?? make(shown);
      parts.set(shown, known);
      return known;
    },
  };
};

const readPlaces = (bytes: Uint8Array, { places, count }: ShownPlan): { readonly text: string; readonly ranges: Int32Array | null } => {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  const ranges = new Int32Array(2 * count).fill(-1);
  return { text, ranges: findPlaces({ bytes, text }, places, ranges) ? ranges : null };
};
