import { packageFormat, parsePackageUrl } from '@weir/contracts';
import type { Known } from '../../apps/enrichment/src/build-facts/known.js';

/** What is known of a package nobody has told anything about, for tests; `told` overrides it. */
export function knownPackage(purl: string, told: Partial<Known> = {}): Known {
  const named = parsePackageUrl(purl);
  if ('refused' in named) throw new Error(named.refused);
  const { type, namespace, name, version } = named;
  return {
    workspace: 'default',
    repository: {
      name: 'REPOSITORY-NAME',
      format: packageFormat(type),
      environment: 'production',
      team: null,
      region: null,
    },
    package: { purl: named.purl, type, namespace, name, version: version ?? '', digest: null },
    metadata: null,
    observedAt: '2026-06-14T08:00:00.000Z',
    lastDownloadedAt: null,
    advisories: [],
    epss: new Map(),
    kev: new Map(),
    scorecard: null,
    advisoriesLoaded: true,
    firstSeenAt: new Map(),
    ...told,
  };
}
