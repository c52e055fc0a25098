import { inputMembers, type InputMembers } from './input-members.js';
import type { MemberPath, Shown } from './shown-members.js';

/** What a policy is shown: JSON. Within one input it is the same object for all who are shown the same. */
export interface ShownPart {
  /** Equal for equal parts of any input, so that answers can be remembered by it; null for all of an input, which hardly comes twice. */
  readonly text: string | null;
  readonly bytes: Uint8Array;
}

/** An input that policies are asked about, of which each is shown what it reads. */
export interface OfferedInput {
  readonly part: (shown: Shown) => ShownPart;
  readonly byteLength: number;
}

const fits = (members: InputMembers, shown: readonly MemberPath[]): boolean =>
  shown.every(([first, second]) => second === undefined || Boolean(members.get(first)?.members));

/** Invariant: the object a shown member lies in is there even when the member is not, as in the input. */
const textOf = (text: string, members: InputMembers, shown: readonly MemberPath[]): string => {
  const parts: string[] = [];
  for (const [first, ofFirst] of Map.groupBy(shown, ([name]) => name)) {
    const member = members.get(first);
    if (member === undefined) continue;
    if (ofFirst.some(([, second]) => second === undefined)) {
      parts.push(`"${first}":${text.slice(...member.range)}`);
      continue;
    }
    const inner = ofFirst.flatMap(([, second = '']) => {
      const range = member.members?.get(second);
      return range === undefined ? [] : [`"${second}":${text.slice(...range)}`];
    });
    parts.push(`"${first}":{${inner.join(',')}}`);
  }
  return `{${parts.join(',')}}`;
};

/** Nothing is looked at before a policy asks for a part of it. */
export const offerInput = (bytes: Uint8Array): OfferedInput => {
  const whole: ShownPart = { text: null, bytes };
  const parts = new Map<Shown, ShownPart>([[null, whole]]);
  let read: { readonly text: string; readonly members: InputMembers | null } | undefined;
  const make = (shown: readonly MemberPath[]): ShownPart => {
    read ??= readMembers(bytes);
    // An input of another form than the paths suppose is shown as it is.
    if (read.members === null || !fits(read.members, shown)) return whole;
    const text = textOf(read.text, read.members, shown);
    return { text, bytes: Buffer.from(text, 'latin1') };
  };
  return {
    byteLength: bytes.length,
    part: (shown) => {
      const known = parts.get(shown);
      if (known !== undefined || shown === null) return known ?? whole;
      const made = make(shown);
      parts.set(shown, made);
      return made;
    },
  };
};

/** UTF-8 is read as Latin-1, so that a place in the text is a place in the bytes. */
const readMembers = (bytes: Uint8Array): { readonly text: string; readonly members: InputMembers | null } => {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  return { text, members: inputMembers(text) };
};
