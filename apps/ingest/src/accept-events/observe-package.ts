import {
  formatsMeant,
  formatsOfType,
  mayCarry,
  parsePackageUrl,
  type PackageEventType,
  type PackageMetadata,
  type PackageName,
  type PackageObserved,
  repositoryFormat,
} from '@weir/contracts';
import { MAX_PACKAGE_KEY_BYTES, packageKey } from '@weir/domain';
import type { CheckedEvent } from './check-event.js';

/** A wrong field below `/data` or among the attributes, by its JSON pointer inside the event. */
export interface WrongField {
  readonly path: string;
  readonly detail: string;
}

const KINDS: Readonly<Record<PackageEventType, PackageObserved['observation']['kind']>> = {
  'dev.weir.package.published.v1': 'published',
  'dev.weir.package.copied.v1': 'copied',
  'dev.weir.package.deleted.v1': 'deleted',
  'dev.weir.package.downloaded.v1': 'downloaded',
};

/** What a checked event says about its package, in canonical names and UTC times; or the field that cannot be read. */
export const observePackage = (checked: CheckedEvent, receivedAt: Date): PackageObserved | WrongField => {
  const { event, data } = checked;
  const named = parsePackageUrl(data.purl);
  if ('refused' in named) return { path: '/data/purl', detail: named.refused };
  if (named.version === null)
    return { path: '/data/purl', detail: `names no version: write it as ${named.purl.replace(/(?=\?)|$/, '@1.2.3')}` };
  // The key of a package is workspace/repository/purl; a repository named like a purl would make it ambiguous.
  if (data.repository.name.includes('pkg:'))
    return {
      path: '/data/repository/name',
      detail: 'holds "pkg:", which begins a package URL: name the repository alone',
    };
  const occurredAt = occurred(event.time, receivedAt);
  if (occurredAt === null)
    return { path: '/time', detail: `is ${event.time}: use a time of the years ${FIRST_YEAR} to ${LAST_YEAR}` };
  const format = formatOf(data.repository.format, named.type);
  if (typeof format !== 'string') return format;
  const bytes = Buffer.byteLength(packageKey(data.workspace, data.repository.name, named.purl));
  if (bytes > MAX_PACKAGE_KEY_BYTES) return { path: '/data/purl', detail: tooLongKey(bytes) };
  return {
    workspace: data.workspace,
    repository: repositoryOf(data.repository, format),
    package: {
      purl: named.purl,
      type: named.type,
      namespace: named.namespace,
      name: named.name,
      version: named.version,
      digest: data.digest ?? null,
    },
    observation: {
      id: event.id,
      source: event.source,
      kind: KINDS[event.type],
      occurredAt,
      receivedAt: receivedAt.toISOString(),
      actor: data.actor ?? null,
    },
    metadata: metadataOf(checked),
  };
};

const tooLongKey = (bytes: number): string =>
  `makes a package key (workspace/repository/purl) of ${bytes} bytes: use at most ${MAX_PACKAGE_KEY_BYTES}, with a shorter purl or name of the repository`;

/** What the registry calls the format, or what the type of the package says. */
const formatOf = (told: string | null | undefined, type: PackageName['type']): string | WrongField => {
  if (told === null || told === undefined) return repositoryFormat(type);
  return (
    formatsMeant(told).find((format) => mayCarry(format, type)) ?? {
      path: '/data/repository/format',
      detail: `is ${JSON.stringify(told)}, which holds no packages of type ${type}: leave it out, or use one of ${formatsOfType(type).join(', ')}`,
    }
  );
};

const repositoryOf = (
  repository: CheckedEvent['data']['repository'],
  format: string,
): PackageObserved['repository'] => ({
  name: repository.name,
  format,
  environment: repository.environment ?? null,
  team: repository.team ?? null,
  region: repository.region ?? null,
});

const metadataOf = (checked: CheckedEvent): PackageMetadata | null => {
  switch (checked.type) {
    case 'dev.weir.package.published.v1':
    case 'dev.weir.package.copied.v1': {
      const { license, publishedAt, size, filename, summary, description, tags, dependencies } = checked.data;
      const published = publishedAt ? inUtc(publishedAt) : publishedAt;
      return defined({ license, publishedAt: published, size, filename, summary, description, tags, dependencies });
    }
    case 'dev.weir.package.deleted.v1':
    case 'dev.weir.package.downloaded.v1':
      return null;
    default: {
      const unknown: never = checked;
      throw new Error(`No rule for the event ${JSON.stringify(unknown)}`);
    }
  }
};

/** What clocks of policies can hold: they count nanoseconds in 64 bits. */
const FIRST_YEAR = 1678;
const LAST_YEAR = 2261;

/** When it happened; null for a time that no clock of a policy can hold. Go's zero time says nothing. */
const occurred = (time: string | undefined, receivedAt: Date): string | null => {
  if (time === undefined || time.startsWith('0001-01-01')) return receivedAt.toISOString();
  const year = new Date(time).getUTCFullYear();
  return year < FIRST_YEAR || year > LAST_YEAR ? null : new Date(time).toISOString();
};

/** In UTC where the year still has four digits there; what facts can make of it is enrichment's to say. */
const inUtc = (instant: string): string => {
  const utc = new Date(instant).toISOString();
  return /^\d{4}-/.test(utc) ? utc : instant;
};

type Defined<Fields> = { [Name in keyof Fields]?: Exclude<Fields[Name], undefined> };

/** Without the members that are undefined: a message tells absent apart from null. */
const defined = <Fields extends object>(fields: Fields): Defined<Fields> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Defined<Fields>;
