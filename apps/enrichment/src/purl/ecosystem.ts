import { ECOSYSTEMS, pep503Name, type Ecosystem } from '@weir/contracts';

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
