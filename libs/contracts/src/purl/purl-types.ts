type Part = 'namespace' | 'name' | 'version';

/** What the package URLs of one type must look like. */
export interface PurlType {
  readonly namespace: 'required' | 'optional' | 'prohibited';
  /** Parts whose case means nothing: they are written in lower case. */
  readonly lowerCase?: readonly Part[];
  /** Qualifiers without which a package URL of this type names nothing. */
  readonly requires?: readonly string[];
  /** What a qualifier means when it is not told: told or not is the same package. */
  readonly defaults?: Readonly<Record<string, string>>;
  /** Weir's own: a format of Cloudsmith that has no type in the specification. */
  readonly unregistered?: true;
}

/**
 * The types that have a definition in the package URL specification (purl-spec/types.jsonl beside this has what it says of
 * each, and a test compares both), and those of Weir, for formats that have none there. One differs on purpose: golang
 * needs a namespace there, but the module paths `stdlib` and `toolchain`, which scanners tell of, have none.
 */
export const PURL_TYPE_RULES: Readonly<Record<string, PurlType>> = {
  alpm: { namespace: 'required', lowerCase: ['namespace', 'name'] },
  apk: { namespace: 'required', lowerCase: ['namespace', 'name'] },
  bazel: { namespace: 'prohibited', defaults: { repository_url: 'https://bcr.bazel.build' } },
  bitbucket: { namespace: 'required', lowerCase: ['namespace', 'name'] },
  bitnami: { namespace: 'prohibited', lowerCase: ['name'], defaults: { arch: 'amd64' } },
  brew: { namespace: 'optional', lowerCase: ['namespace', 'name'] },
  cargo: { namespace: 'prohibited' },
  'chrome-extension': { namespace: 'prohibited', lowerCase: ['name'] },
  cocoapods: { namespace: 'prohibited' },
  composer: { namespace: 'required', lowerCase: ['namespace', 'name'] },
  conan: { namespace: 'optional' },
  conda: { namespace: 'prohibited' },
  cpan: { namespace: 'optional', defaults: { ext: 'tar.gz' } },
  cran: { namespace: 'prohibited' },
  deb: { namespace: 'required', lowerCase: ['namespace', 'name'] },
  docker: { namespace: 'optional' },
  gem: { namespace: 'prohibited', defaults: { platform: 'ruby' } },
  generic: { namespace: 'optional' },
  git: { namespace: 'required' },
  github: { namespace: 'required', lowerCase: ['namespace', 'name'] },
  golang: { namespace: 'optional' },
  hackage: { namespace: 'prohibited' },
  hex: { namespace: 'optional', lowerCase: ['namespace', 'name'] },
  huggingface: { namespace: 'required', lowerCase: ['version'] },
  julia: { namespace: 'prohibited', requires: ['uuid'] },
  luarocks: { namespace: 'optional', lowerCase: ['namespace', 'name'] },
  maven: { namespace: 'required', defaults: { type: 'jar' } },
  mlflow: { namespace: 'prohibited' },
  npm: { namespace: 'optional' },
  nuget: { namespace: 'prohibited' },
  oci: { namespace: 'prohibited', lowerCase: ['name', 'version'] },
  opam: { namespace: 'prohibited' },
  otp: { namespace: 'prohibited', lowerCase: ['name'] },
  pub: { namespace: 'prohibited', lowerCase: ['name'] },
  pypi: { namespace: 'prohibited', lowerCase: ['name', 'version'] },
  qpkg: { namespace: 'required', lowerCase: ['namespace'] },
  rpm: { namespace: 'required', lowerCase: ['namespace'] },
  swid: { namespace: 'optional', requires: ['tag_id'] },
  swift: { namespace: 'required' },
  vcpkg: { namespace: 'prohibited' },
  'vscode-extension': {
    namespace: 'required',
    lowerCase: ['namespace', 'name', 'version'],
    defaults: { platform: 'universal' },
  },
  yocto: { namespace: 'optional', lowerCase: ['namespace'] },
  helm: { namespace: 'optional', unregistered: true },
  mcp: { namespace: 'optional', unregistered: true },
  p2: { namespace: 'optional', unregistered: true },
  raw: { namespace: 'optional', unregistered: true },
  terraform: { namespace: 'optional', unregistered: true },
  vagrant: { namespace: 'optional', unregistered: true },
};

/** The package types that may be sent, as package URLs write them. */
export const PURL_TYPES: ReadonlySet<string> = new Set(Object.keys(PURL_TYPE_RULES));
