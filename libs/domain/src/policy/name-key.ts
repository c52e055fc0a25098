/** More turns than any text takes; a bound, so that no text can make this endless. */
const MOST_TURNS = 8;

/**
 * What a name is compared by: two names with the same key look the same, or differ in nothing but case and the form in
 * which Unicode lets the same letters be written. NFKC and case folding, again and again until nothing changes, since
 * folding can bring forth what composes, and composing what folds. Runs of spaces are one.
 */
export const nameKey = (name: string): string => {
  let key = folded(name);
  for (let turn = 1; turn < MOST_TURNS; turn += 1) {
    const next = folded(key);
    if (next === key) return key;
    key = next;
  }
  return key;
};

/** Upper case first: `ß` and `ss`, or the two small sigmas, have one upper case and several lower ones. */
const folded = (text: string): string =>
  text.normalize('NFKC').toUpperCase().toLowerCase().normalize('NFKC').replaceAll(/\s+/gu, ' ').trim();
