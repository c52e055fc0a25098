import { PURL_TYPES } from './purl-types.js';

/**
 * The formats by the names that Cloudsmith gives them (its API, 1.1146.0, 2026-05-19), each with the package types that may carry
 * it; the first is the one that is known by it. Images come as docker and as oci.
 */
const FORMATS = {
  alpine: ['apk'],
  cargo: ['cargo'],
  cocoapods: ['cocoapods'],
  composer: ['composer'],
  conan: ['conan'],
  conda: ['conda'],
  cran: ['cran'],
  dart: ['pub'],
  deb: ['deb'],
  docker: ['docker', 'oci'],
  generic: ['generic'],
  go: ['golang'],
  helm: ['helm', 'oci', 'docker', 'generic'],
  hex: ['hex'],
  huggingface: ['huggingface'],
  luarocks: ['luarocks'],
  maven: ['maven'],
  mcp: ['mcp', 'generic'],
  npm: ['npm'],
  nuget: ['nuget'],
  p2: ['p2', 'generic'],
  python: ['pypi'],
  raw: ['raw', 'generic'],
  rpm: ['rpm'],
  ruby: ['gem'],
  swift: ['swift'],
  terraform: ['terraform', 'generic'],
  vagrant: ['vagrant', 'generic'],
  vsx: ['vscode-extension'],
} as const;

/** A format as policies compare it. */
export type CloudsmithFormat = keyof typeof FORMATS;

/** All names of formats that Cloudsmith has. */
export const CLOUDSMITH_FORMATS = Object.keys(FORMATS) as readonly CloudsmithFormat[];

const carriers = new Map<string, readonly string[]>(Object.entries(FORMATS));
const usual = new Map(
  Object.entries(FORMATS)
    .flatMap(([format, types]) => types.map((type, index) => ({ format, type, index })))
    .filter(({ format, type, index }) => index === 0 || (format === 'docker' && type === 'oci'))
    .map(({ format, type }) => [type as string, format]),
);

/**
 * The format name that policies compare, for packages of whose repository nothing else is told: Cloudsmith's, such as python for
 * pypi and ruby for gem; a type that has no format there is named by itself (alpm, bazel, github, hackage, ...).
 */
export const packageFormat = (purlType: string): string => usual.get(purlType) ?? purlType;

/**
 * The format of a repository that tells nothing else than a package of this type. Images of pkg:oci are docker to policies, and oci
 * in scopes: logs and policy sets of before name them so.
 */
export const repositoryFormat = (purlType: string): string => (purlType === 'oci' ? 'oci' : packageFormat(purlType));

/** Whether a repository of this format may hold packages of this type: helm charts, say, come as pkg:helm, pkg:oci or pkg:generic. */
export const mayCarry = (format: string, purlType: string): boolean =>
  format === repositoryFormat(purlType) || (carriers.get(format)?.includes(purlType) ?? false);

/** The formats that packages of this type may be told with, the usual one first. */
export const formatsOfType = (purlType: string): readonly string[] => [
  ...new Set([packageFormat(purlType), ...CLOUDSMITH_FORMATS.filter((format) => mayCarry(format, purlType))]),
];

/** A repository's format as it is called now: versions before named some by the package type (gem, apk, pub, vscode-extension). */
export const currentFormat = (format: string, purlType: string): string =>
  mayCarry(format, purlType) ? format : repositoryFormat(purlType);

/** The format name of a package that policies compare, in a repository of this format. */
export const formatInRepository = (format: string, purlType: string): string => {
  const current = currentFormat(format, purlType);
  return current === repositoryFormat(purlType) ? packageFormat(purlType) : current;
};

/** All repositories' formats that a name in a policy's scope means: a format by its own name or by its package type. */
export const formatsMeant = (name: string): readonly string[] => [
  ...new Set([name, packageFormat(name), ...(name === 'docker' ? ['oci'] : [])]),
];

/** Whether a repository can have a format of this name, now or in logs of before: a format of Cloudsmith, or a package type. */
export const isFormatName = (name: string): boolean => carriers.has(name) || PURL_TYPES.has(name);

/** All names that a format has and had, by any of them. */
export const formatsLike = (name: string): readonly string[] => {
  const format = packageFormat(name);
  return [...new Set([name, format, ...[...PURL_TYPES].filter((type) => packageFormat(type) === format)])];
};

/** The package type whose format has this name; null for no format of Cloudsmith. */
export const packageTypeNamed = (format: string): string | null => carriers.get(format)?.[0] ?? null;
