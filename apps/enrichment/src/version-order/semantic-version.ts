import semver, { type SemVer } from 'semver';

/** MAJOR, MAJOR.MINOR or a Go toolchain release such as go1.21rc2: what Go and old advisories write short. */
const SHORT =
  /^(?:v|go)?(\d+)(?:\.(\d+))?(?:\.(\d+))?(?:-?((?:rc|beta|alpha|[0-9A-Za-z-]+\.)[0-9A-Za-z.-]*))?(?:\+.*)?$/;

/**
 * A semantic version as npm, crates.io and Go order it; a leading `v` or `go` is allowed, missing parts are 0. Build
 * metadata, so Go's `+incompatible` too, does not count. null when it cannot be read.
 */
export function parseSemanticVersion(text: string): SemVer | null {
  return semver.parse(text, { loose: true }) ?? semver.parse(completed(text));
}

function completed(text: string): string | null {
  const [, major, minor = '0', patch = '0', prerelease] = SHORT.exec(text.trim()) ?? [];
  if (major === undefined) return null;
  return `${Number(major)}.${Number(minor)}.${Number(patch)}${prerelease === undefined ? '' : `-${prerelease}`}`;
}
