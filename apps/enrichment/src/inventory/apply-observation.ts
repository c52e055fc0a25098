import { currentFormat, type PackageMetadata, type PackageObserved } from '@weir/contracts';
import { packageKey } from '@weir/domain';
import type { PackageState } from './inventory-entry.js';

/**
 * The state of a package after an observation. `known` is its state until now, `source` what another repository of the
 * workspace said of the same package. A package that was never seen gets a state from any kind of observation, so that
 * a download or deletion is judged as well.
 */
export const applyObservation = (
  observed: PackageObserved,
  known: PackageState | undefined,
  source: PackageMetadata | null,
): PackageState => {
  const { workspace, repository, observation } = observed;
  const receivedAt = instant(observation.receivedAt);
  const digest = observed.package.digest ?? known?.package.digest ?? null;
  return {
    key: packageKey(workspace, repository.name, observed.package.purl),
    workspace,
    repository: { ...repository, format: currentFormat(repository.format, observed.package.type) },
    package: { ...observed.package, digest },
    metadata: metadataAfter(observed, known?.metadata ?? null, source),
    presence: presenceAfter(observation.kind, known?.presence ?? 'present'),
    firstSeenAt: known?.firstSeenAt ?? receivedAt,
    observedAt: receivedAt,
    lastDownloadedAt: lastDownload(observed, known?.lastDownloadedAt ?? null),
  };
};

/** Invariant: a download does not bring back what was deleted: registries tell of downloads late, and many at once. */
const presenceAfter = (
  kind: PackageObserved['observation']['kind'],
  known: PackageState['presence'],
): PackageState['presence'] => {
  switch (kind) {
    case 'published':
    case 'copied':
      return 'present';
    case 'deleted':
      return 'deleted';
    case 'downloaded':
      return known;
    default: {
      const unknown: never = kind;
      throw new Error(`No rule for an observation of kind ${String(unknown)}`);
    }
  }
};

const metadataAfter = (
  { observation, metadata }: PackageObserved,
  known: PackageMetadata | null,
  source: PackageMetadata | null,
): PackageMetadata | null => {
  switch (observation.kind) {
    case 'published':
      return metadata;
    case 'copied':
      return source || known || metadata ? { ...source, ...known, ...stated(metadata) } : null;
    case 'deleted':
    case 'downloaded':
      return metadata ?? known;
    default: {
      const unknown: never = observation.kind;
      throw new Error(`No rule for an observation of kind ${String(unknown)}`);
    }
  }
};

/** The members that say something. */
const stated = (metadata: PackageMetadata | null): PackageMetadata =>
  Object.fromEntries(Object.entries(metadata ?? {}).filter(([, value]) => value !== null && value !== undefined));

/** Downloads may be told out of order: the latest counts. */
const lastDownload = ({ observation }: PackageObserved, known: string | null): string | null => {
  if (observation.kind !== 'downloaded') return known;
  const at = instant(observation.occurredAt);
  return known !== null && known > at ? known : at;
};

const instant = (text: string): string => new Date(text).toISOString();
