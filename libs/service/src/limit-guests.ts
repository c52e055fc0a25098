import { principalOf } from './keys/guard-routes.js';

/** Why somebody is not let in: this one has its share already, or there is no place at all. */
export type Turned = 'each' | 'all';

export interface GuestLimits {
  /** At once at most, of one guest and of all. */
  readonly each: number;
  readonly all: number;
}

/** Lets guests in; whoever is in calls what it was given when it leaves, once or more often. */
export type LetIn = (guest: string) => (() => void) | Turned;

/** Counts who is in by name: an address, or whoever's key it is. Nobody waits: there is a place, or there is none. */
export const limitGuests = ({ each, all }: GuestLimits): LetIn => {
  const inside = new Map<string, number>();
  let total = 0;
  return (guest) => {
    const own = inside.get(guest) ?? 0;
    if (own >= each) return 'each';
    if (total >= all) return 'all';
    inside.set(guest, own + 1);
    total += 1;
    let isIn = true;
    return () => {
      if (!isIn) return;
      isIn = false;
      total -= 1;
      const left = (inside.get(guest) ?? 1) - 1;
      if (left === 0) inside.delete(guest);
      else inside.set(guest, left);
    };
  };
};

/** What is asked of a request: the address that it comes from. */
export interface GuestRequest {
  readonly ip: string;
}

/** By what name a request is counted: its key where it has one of its own, else its address. */
export const guestOf = (request: GuestRequest): string => principalOf(request).keyId ?? request.ip;
