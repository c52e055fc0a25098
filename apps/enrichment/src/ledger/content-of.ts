import { currentFormat, type PackageObserved } from '@weir/contracts';
import { spelledBefore } from '@weir/domain';
import canonicalize from 'canonicalize';

/** What an observation says, without when and by whom: a registry that sends an event again may stamp it anew. */
interface Content extends Pick<PackageObserved, 'repository' | 'package' | 'metadata'> {
  readonly kind: PackageObserved['observation']['kind'];
}

/** Spelled in one way, so that what was recorded by a version before is not another content. */
const contentOf = ({ observation: { kind }, repository, package: named, metadata }: PackageObserved): Content => ({
  kind,
  repository: { ...repository, format: currentFormat(repository.format, named.type) },
  package: { ...named, purl: spelledBefore(named.purl) },
  metadata,
});

/** In which members two observations say something else. The order of what is in a member does not count. */
export const differencesOf = (one: PackageObserved, other: PackageObserved): readonly (keyof Content)[] => {
  const [a, b] = [contentOf(one), contentOf(other)];
  return MEMBERS.filter((member) => canonicalize(a[member]) !== canonicalize(b[member]));
};

const MEMBERS: readonly (keyof Content)[] = ['kind', 'package', 'repository', 'metadata'];
