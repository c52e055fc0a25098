/** Nobody lists more, nests deeper or writes longer. */
const MOST_TEXTS = 1_000;
const DEEPEST = 1_000;
export const LONGEST_TEXT = 4_096;

/** The texts in which a package states its licence. */
export interface StatedTexts {
  /** Each once. */
  readonly texts: readonly string[];
  /** False when something else stands there too, which no text tells. */
  readonly whole: boolean;
}

const NOTHING_SAID = /^(|none|noassertion|unknown|n\/a)$/i;

/** Members of npm's and CycloneDX's objects, the first that is there tells the licence. */
const MEMBERS = ['expression', 'id', 'type', 'name', 'license', 'url'] as const;

/** A text, npm's {type, url}, or a list of either. What says nothing is left out. */
export const statedTexts = (raw: unknown): StatedTexts => {
  const found = { texts: new Set<string>(), whole: true };
  collect(raw, 0, found);
  return { texts: [...found.texts], whole: found.whole };
};

const collect = (raw: unknown, depth: number, found: { readonly texts: Set<string>; whole: boolean }): void => {
  if (raw === null || raw === undefined) return;
  if (typeof raw === 'string') {
    const text = raw.trim();
    if (NOTHING_SAID.test(text)) return;
    if (found.texts.size >= MOST_TEXTS || text.length > LONGEST_TEXT) found.whole = false;
    if (found.texts.size < MOST_TEXTS) found.texts.add(text.slice(0, LONGEST_TEXT));
  } else if (typeof raw !== 'object' || depth >= DEEPEST) {
    found.whole = false;
  } else if (Array.isArray(raw)) {
    for (const one of raw) collect(one, depth + 1, found);
  } else {
    const members = raw as Readonly<Record<string, unknown>>;
    const told = MEMBERS.find((name) => Object.hasOwn(members, name) && members[name] !== null);
    if (told !== undefined) collect(members[told], depth + 1, found);
    else if (Object.keys(members).length > 0) found.whole = false;
  }
};
