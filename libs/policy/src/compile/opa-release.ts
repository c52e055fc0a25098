/** The version the library is compiled with. */
export const opaVersion = '1.22.2';

/** One file of an official release. `sha256` is undefined for a file whose checksum nobody has put on record here. */
export type OpaRelease = { readonly file: string; readonly sha256: string | undefined };

const files: Readonly<Record<string, string>> = {
  'linux-x64': 'opa_linux_amd64_static',
  'linux-arm64': 'opa_linux_arm64_static',
  'darwin-x64': 'opa_darwin_amd64',
  'darwin-arm64': 'opa_darwin_arm64_static',
  'win32-x64': 'opa_windows_amd64.exe',
};

/**
 * Checksums of the release files of `opaVersion`. Invariant: a checksum stands here only after somebody compared it with
 * the release page; without one the operator says it in `OPA_SHA256`.
 */
const checksums: Readonly<Record<string, string>> = {};

/** The release file for a platform (`linux-x64`, …), undefined where OPA publishes none. */
export const opaReleaseFor = (platform: string): OpaRelease | undefined => {
  const file = files[platform];
  return file === undefined ? undefined : { file, sha256: process.env['OPA_SHA256'] ?? checksums[file] };
};

/** Where the official releases are. */
export const opaReleases = `https://github.com/open-policy-agent/opa/releases/download/v${opaVersion}`;
