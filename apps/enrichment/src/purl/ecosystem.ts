import { ECOSYSTEMS, pep503Name, type Ecosystem } from '@weir/contracts';

export const isEcosystem = (text: string): text is Ecosystem => (ECOSYSTEMS as readonly string[]).includes(text);

/**
 * The one spelling under which an advisory and a package meet; apart from a package's identity, in which npm and Go names are
 * exact. PEP 503 for PyPI, `_` as `-` for crates.io, Maven as it stands. npm and Go in lower case: advisories write one package
 * both OpenClaw and openclaw, github.com/0xJacky/nginx-ui and github.com/0xjacky/nginx-ui, and whoever is held for a
 * namesake's advisory can be let go, while who is let go for a spelling is not noticed. Look advisories up by this.
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
