import { parseRfc3339 } from '../../built-ins/parse-rfc3339.js';
import { PolicyFault } from '../policy-fault.js';
import type { Moment } from '../worker-messages.js';

/** The instants that an input is judged as of, in nanoseconds since 1970. */
export interface Instants {
  readonly now: bigint;
  readonly later: bigint | null;
}

let lastRead: { readonly moment: Moment; readonly instants: Instants } | undefined;

/** Read once for neighbours that are judged as of the same instants. Throws a `PolicyFault`. */
export const readMoment = (moment: Moment): Instants => {
  if (lastRead?.moment !== moment) lastRead = { moment, instants: instantsOf(moment) };
  return lastRead.instants;
};

const instantsOf = ({ now, later }: Moment): Instants => ({
  now: nanosOf('now', now),
  later: later === null ? null : nanosOf('later', later),
});

const nanosOf = (name: 'now' | 'later', instant: string): bigint => {
  const nanos = parseRfc3339(instant);
  if (nanos !== undefined) return nanos;
  throw new PolicyFault('bad_input', `${name} is "${instant.slice(0, 50)}": it must be RFC 3339`);
};
