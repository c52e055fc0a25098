import { inputMembers, type InputMembers } from './input-members.js';
import type { MemberPath, Shown } from './shown-members.js';

/** An input that policies are asked about, of which each is shown what it reads. */
export interface OfferedInput {
  /** All of it, or what is shown of it, as JSON: UTF-8 read as Latin-1, so that equal texts are equal bytes. */
  readonly shownText: (shown: Shown) => string;
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

export const offerInput = (bytes: Uint8Array): OfferedInput => {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  const members = inputMembers(text);
  const known = new Map<Shown, string>();
  return {
    byteLength: bytes.length,
    // An input of another form than the paths suppose is shown as it is.
    shownText: (shown) => {
      if (shown === null || members === null || !fits(members, shown)) return text;
      const seen = known.get(shown);
      if (seen !== undefined) return seen;
      const made = textOf(text, members, shown);
      known.set(shown, made);
      return made;
    },
  };
};
