import { ECOSYSTEMS, pep503Name, type Ecosystem } from '@weir/contracts';

export const isEcosystem = (text: string): text is Ecosystem => (ECOSYSTEMS as readonly string[]).includes(text);

/**
 * Go's own parts by the names of its advisories, which are no module paths: its standard library is module `std` to Go and to
 * cyclonedx-gomod, its commands module `cmd`; both come from proxies as golang.org/toolchain.
 */
const GO_ITSELF: ReadonlyMap<string, string> = new Map([
  ['std', 'stdlib'],
  ['go', 'stdlib'],
  ['cmd', 'toolchain'],
  ['golang.org/toolchain', 'toolchain'],
]);

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
      return name.toLowerCase();
    case 'Go':
      return GO_ITSELF.get(name.toLowerCase()) ?? name.toLowerCase();
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
