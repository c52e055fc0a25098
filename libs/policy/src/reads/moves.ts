/**
 * How a value depends on time, as bits. A number or truth may rise or fall as time goes on (false is less than true), or be
 * another at whole quarter-hours, or at whole minutes or seconds, when the clock is read as a calendar. A collection rises
 * when it only gains members. The same bits, shifted, tell how it depends on time whether there is a value at all.
 */
export type Moves = number;

export const NEVER: Moves = 0;
export const RISES: Moves = 1;
export const FALLS: Moves = 2;
export const QUARTER_HOURS: Moves = 16;
export const MINUTES: Moves = 32;
/** It is [hour, minute, second]. */
export const CLOCK_FACE: Moves = 64;

/** Nobody knows how. */
export const WHENEVER: Moves = RISES | FALLS;

const CALENDAR: Moves = QUARTER_HOURS | MINUTES;

/** Of a value that is there: which way it goes. */
export const goes = (moves: Moves): Moves => (moves & (WHENEVER | CALENDAR)) | (moves & CLOCK_FACE ? MINUTES : 0);

/** Whether it is there: which way that goes. */
export const isThere = (moves: Moves): Moves => ((moves >> 2) & WHENEVER) | ((moves >> 4) & CALENDAR);

/** Both together. */
export const anyWay = (moves: Moves): Moves => goes(moves) | isThere(moves);

/** The other way round. */
export const reversed = (way: Moves): Moves => (way & CALENDAR) | (way & RISES ? FALLS : 0) | (way & FALLS ? RISES : 0);

/** A value that is there as something else goes. */
export const thereAs = (way: Moves): Moves => ((way & WHENEVER) << 2) | ((way & CALENDAR) << 4);

/** What is made of a value in a way that is not known. */
export const somehow = (way: Moves): Moves => (way & WHENEVER ? WHENEVER | (way & CALENDAR) : way & CALENDAR);

/** How the answer of a policy can change with time: never by itself; once in each direction it may take, one way only; at whole quarter-hours; at any time. */
export type TimeUse = 'never' | 'oneWay' | 'quarterHours' | 'anyTime';

export const timeUseOf = (moves: Moves): TimeUse => {
  const way = anyWay(moves);
  if (way === NEVER) return 'never';
  if (way === RISES || way === FALLS) return 'oneWay';
  return way === QUARTER_HOURS ? 'quarterHours' : 'anyTime';
};
