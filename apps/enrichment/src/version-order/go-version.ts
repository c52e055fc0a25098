import { parseSemanticVersion, type SemanticVersion } from './semantic-version.js';

/** A pre-release of Go itself: go1.21rc3, 1.9.2rc2, go1.20-pre4. */
const PRE_RELEASE = /^(?:go)?(\d+)(?:\.(\d+))?(?:\.(\d+))?(?:([a-z]+)|-(?<=^go.*)(pre))(\d+)$/;
/** What follows the version of a toolchain: go1.21.3-corp (https://pkg.go.dev/go/version), go1.21.3 X:experiment. */
const SUFFIX = /^go(\d[^\s-]*(?:-(?:alpha|beta|rc|pre)\.?\d+)?).*$/;

/** A toolchain as Go's proxies serve it, all versions of module golang.org/toolchain: v0.0.1-go1.21.0.linux-amd64. */
const SERVED = /^v0\.0\.1-(go\d+(?:\.\d+)*(?:(?:rc|beta)\d+)?)\.[a-z0-9]+-[a-z0-9]+$/;

/**
 * A version of a Go module, or of Go itself as its releases are called: go1.21rc3 is 1.21.0-rc.3, which is how
 * advisories write it, and go1.20 is 1.20.0. null when it cannot be read.
 */
export function parseGoVersion(text: string): SemanticVersion | null {
  const version = text.trim().replace(SERVED, '$1').replace(SUFFIX, '$1');
  const [, major, minor = '0', patch = '0', kind, old, number] = PRE_RELEASE.exec(version) ?? [];
  return parseSemanticVersion(
    major === undefined ? version : `${major}.${minor}.${patch}-${kind ?? old ?? ''}.${number ?? ''}`,
  );
}
