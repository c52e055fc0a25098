import semver, { type SemVer } from 'semver';

const SHORT = /^v?(\d+)(?:\.(\d+))?(?:\.(\d+))?(?:-?((?:rc|beta|alpha|[0-9A-Za-z-]+\.)[0-9A-Za-z.-]*))?(?:\+.*)?$/;

/**
 * A version as npm reads it; parts that are missing, which old advisories leave out, are 0. Build metadata does not
 * count. null when it cannot be read.
 */
export function parseNpmVersion(text: string): SemVer | null {
  return semver.parse(text, { loose: true }) ?? semver.parse(completed(text));
}

function completed(text: string): string | null {
  const [, major, minor = '0', patch = '0', preRelease] = SHORT.exec(text.trim()) ?? [];
  if (major === undefined) return null;
  return `${Number(major)}.${Number(minor)}.${Number(patch)}${preRelease === undefined ? '' : `-${preRelease}`}`;
}
