import { pep503Name } from '@weir/contracts';

/** The ecosystems whose advisories are matched, by their OSV names. */
export const ECOSYSTEMS = ['PyPI', 'npm', 'Maven', 'Go', 'crates.io'] as const;

export type Ecosystem = (typeof ECOSYSTEMS)[number];

const byPurlType: Readonly<Record<string, Ecosystem>> = {
  pypi: 'PyPI',
  npm: 'npm',
  maven: 'Maven',
  golang: 'Go',
  cargo: 'crates.io',
};

/** The OSV ecosystem of a package URL type; null where Weir matches no advisories. */
export const ecosystemOf = (purlType: string): Ecosystem | null => byPurlType[purlType] ?? null;

export const isEcosystem = (text: string): text is Ecosystem => (ECOSYSTEMS as readonly string[]).includes(text);

/**
 * The one spelling under which an advisory and a package meet: PEP 503 for PyPI, lower case where the registry or the
 * purl specification ignores case, `_` as `-` for crates.io, Maven as it stands. Look advisories up by this.
 */
export function advisoryName(ecosystem: Ecosystem, name: string): string {
  switch (ecosystem) {
    case 'PyPI':
      return pep503Name(name);
    case 'npm':
    case 'Go':
      return name.toLowerCase();
    case 'crates.io':
      return name.toLowerCase().replaceAll('_', '-');
    case 'Maven':
      return name;
    default: {
      const unknown: never = ecosystem;
      throw new Error(`No naming rule for ecosystem ${String(unknown)}`);
    }
  }
}
