/** The ecosystems whose advisories are matched, by their OSV names. */
export const ECOSYSTEMS = ['PyPI', 'npm', 'Maven', 'Go', 'crates.io'] as const;

/** An ecosystem by its OSV name (https://ossf.github.io/osv-schema/#defined-ecosystems). */
export type Ecosystem = (typeof ECOSYSTEMS)[number];

const byPurlType: Readonly<Record<string, Ecosystem>> = {
  pypi: 'PyPI',
  npm: 'npm',
  maven: 'Maven',
  golang: 'Go',
  cargo: 'crates.io',
};

/** The OSV ecosystem of a package URL type; null where Weir matches no advisories. */
export const ecosystemOf = (purlType: string): Ecosystem | null =>
  Object.hasOwn(byPurlType, purlType) ? (byPurlType[purlType] ?? null) : null;
