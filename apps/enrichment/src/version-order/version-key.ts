import { explain } from '@renovatebot/pep440';
import type { Version } from './version.js';

/** A text that two versions of one ecosystem share exactly when neither comes before the other. */
export function versionKey(version: Version): string {
  switch (version.order) {
    case 'pep440':
      return pep440Key(version.text);
    case 'semver':
      return version.parsed.version;
    case 'maven':
      return version.parsed.map(({ hyphen, text }) => (hyphen ? '-' : '.') + text).join('');
    case 'none':
      return `?${version.text.toLowerCase()}`;
    default: {
      const unknown: never = version;
      throw new Error(`No key for ${String(unknown)}`);
    }
  }
}

/** PEP 440 pads releases with zeros: 1.0 is 1.0.0. */
function pep440Key(text: string): string {
  const read = explain(text);
  if (read === null) return `?${text}`;
  const { epoch, release, pre, post, dev, local } = read;
  const padded = release.join('.').replace(/(\.0+)+$/, '');
  return JSON.stringify([epoch, padded, pre, post, dev, local]);
}
