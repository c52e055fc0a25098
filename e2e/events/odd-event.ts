import type { Chance } from '../../tools/testing/random-cases.ts';
import { oddDigest, oddInstant, oddLicence, oddText, oddVersion } from '../../tools/testing/odd-texts.ts';

const TYPES = ['npm', 'pypi', 'maven', 'golang', 'cargo', 'generic', 'docker', 'oci', 'gem', 'deb', 'conan', 'nuget'];

/** Packages that the advisories below name, so that odd versions are compared with ranges. */
const MATCHED = ['npm/odd', 'pypi/odd', 'maven/odd/odd', 'golang/example.com/odd', 'cargo/odd'] as const;

const ECOSYSTEMS = [
  ['npm', 'odd', 'SEMVER'],
  ['PyPI', 'odd', 'ECOSYSTEM'],
  ['Maven', 'odd:odd', 'ECOSYSTEM'],
  ['Go', 'example.com/odd', 'SEMVER'],
  ['crates.io', 'odd', 'SEMVER'],
] as const;

/** An OSV file, one record to a line. */
export const oddAdvisories = (): string =>
  ECOSYSTEMS.map(([ecosystem, name, type], index) =>
    JSON.stringify({
      id: `GHSA-odd-${index}`,
      aliases: [`CVE-2026-${1000 + index}`],
      modified: '2026-01-01T00:00:00Z',
      affected: [
        {
          package: { ecosystem, name },
          ranges: [{ type, events: [{ introduced: '1.0.0' }, { last_affected: '2.0.0' }] }],
          versions: ['0.1', '1.2.3'],
        },
      ],
    }),
  ).join('\n');

/** A value that is right, or now and then one that a text of any kind takes the place of. */
type Odd = (right: unknown, odd?: (chance: Chance) => unknown) => unknown;

/**
 * An event about a package of its own, right but for a few of its texts: with more of them wrong, most events would be refused
 * for the first and say nothing of the others. `id` stays what it is, so that its decision can be found.
 */
export const oddEvent = (chance: Chance, id: string): Record<string, unknown> => {
  const share = chance.pick([0.01, 0.03, 0.1]);
  const odd: Odd = (right, make = oddText) => (chance.happens(share) ? make(chance) : right);
  const optional = (right: unknown, make?: (chance: Chance) => unknown): unknown =>
    chance.happens(0.5) ? undefined : odd(right, make);
  return {
    specversion: odd('1.0'),
    id,
    source: odd('/registry'),
    type: odd(`dev.weir.package.${chance.pick(['published', 'published', 'copied', 'downloaded', 'deleted'])}.v1`),
    time: optional('2026-11-01T00:00:00Z', oddInstant),
    subject: optional('about a package'),
    datacontenttype: optional('application/json'),
    data: {
      workspace: optional('default'),
      repository: {
        name: odd('odd-repository'),
        environment: optional('production'),
        team: optional('a-team'),
        region: optional('eu'),
      },
      purl: purlOf(chance, id, odd),
      digest: optional(`sha256:${'1'.repeat(64)}`, oddDigest),
      actor: optional('somebody'),
      license: optional('MIT', oddLicence),
      publishedAt: optional('2026-01-01T00:00:00Z', oddInstant),
      size: optional(1, () => chance.pick([0, -1, 1.5, 2 ** 31, 2 ** 53 - 1, 2 ** 53, 1e300, '1', null])),
      filename: optional('a-1.0.tgz'),
      summary: optional('a summary'),
      description: optional('a description'),
      tags: optional(['latest'], () => chance.listOf(4, () => oddText(chance))),
      dependencies: optional([{ name: 'b', requirement: '^1' }], () =>
        chance.listOf(3, () => ({ name: oddText(chance), requirement: oddText(chance) })),
      ),
      from: optional({ repository: 'elsewhere' }, () => ({ repository: oddText(chance) })),
    },
  };
};

const purlOf = (chance: Chance, id: string, odd: Odd): unknown => {
  const part = (right: string, make?: (chance: Chance) => unknown): string => {
    const text = String(odd(right, make));
    return chance.happens(0.5) ? text : encodeURIComponent(text.toWellFormed());
  };
  if (chance.happens(0.3)) return odd(`pkg:${chance.pick(MATCHED)}@${part('1.2.3', oddVersion)}`);
  const namespace = chance.happens(0.6) ? `${part('example.org')}/` : '';
  const qualifiers = chance.happens(0.3) ? `?${part('arch')}=${part('x64')}` : '';
  const subpath = chance.happens(0.2) ? `#${part('src')}` : '';
  const whole = `pkg:${String(odd(chance.pick(TYPES)))}/${namespace}${part(id)}@${part('1.2.3', oddVersion)}${qualifiers}${subpath}`;
  return odd(whole);
};
