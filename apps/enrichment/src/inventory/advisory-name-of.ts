import { type PackageRef, ecosystemOf, type Ecosystem } from '@weir/contracts';
import { advisoryName } from '../purl/ecosystem.js';
import { fullName } from '../purl/full-name.js';

/** The name under which advisories and a package meet; ecosystem null: no advisories are matched, the name is the full one. */
export const advisoryNameOf = (named: PackageRef): { readonly ecosystem: Ecosystem | null; readonly name: string } => {
  const ecosystem = ecosystemOf(named.type);
  const name = fullName(named);
  return { ecosystem, name: ecosystem === null ? name : advisoryName(ecosystem, name) };
};
