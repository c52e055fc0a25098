import { seeded } from '../testing/seeded.ts';

/** Versions of one kind, one a line: what the projects' own tests name, and many by a seed. See README.md. */
const [kind = '', seed = '1'] = process.argv.slice(2);
const random = seeded(Number(seed));
const below = (limit) => Math.floor(random() * limit);
const pick = (choices) => choices[below(choices.length)];
const maybe = (share, make) => (random() < share ? make() : '');
const NUMBERS = ['0', '1', '2', '3', '9', '10', '11', '100', '20240131', '90071992547409931', '90071992547409932'];
const number = () => pick(random() < 0.9 ? NUMBERS.slice(0, 7) : NUMBERS);
const dotted = (most) => Array.from({ length: 1 + below(most) }, number).join('.');

const pypi = () => {
  const separator = () => pick(['', '', '.', '-', '_']);
  return [
    maybe(0.1, () => `${pick(['0', '1', '2'])}!`),
    dotted(4),
    maybe(
      0.35,
      () => separator() + pick(['a', 'b', 'c', 'rc', 'alpha', 'beta', 'pre', 'preview', 'RC']) + separator() + number(),
    ),
    maybe(0.25, () =>
      random() < 0.2 ? `-${number()}` : separator() + pick(['post', 'rev', 'r']) + separator() + number(),
    ),
    maybe(0.25, () => `${separator()}dev${separator()}${number()}`),
    maybe(
      0.4,
      () =>
        `+${pick(['cu118', 'cpu', 'local', 'ubuntu', 'g1a2b3c', '1', '2', '10', 'CU118'])}${maybe(0.4, () => pick(['.', '-', '_']) + pick(['1', '2', 'x', '10', '007']))}`,
    ),
  ].join('');
};

const maven = () => {
  const qualifier = () =>
    pick([
      'alpha',
      'beta',
      'milestone',
      'rc',
      'cr',
      'snapshot',
      'SNAPSHOT',
      'ga',
      'final',
      'Final',
      'release',
      'RELEASE',
      'sp',
      'a',
      'b',
      'm',
      'x',
      'jre',
      'redhat',
      'v',
    ]);
  const part = () => pick([number, number, qualifier, () => qualifier() + number(), () => number() + qualifier()])();
  return dotted(3) + Array.from({ length: below(3) }, () => pick(['.', '-', '-', '']) + part()).join('');
};

const semver = () => {
  const identifier = () =>
    pick([
      number,
      () => pick(['alpha', 'beta', 'rc', 'rc1', 'rc3', 'x-1', '0a', 'A', 'pre4', '20240131-0a1b2c3d4e5f', '-', 'dev']),
    ])();
  const identifiers = () => Array.from({ length: 1 + below(3) }, identifier).join('.');
  const patch = `${number()}.${number()}.${number()}`;
  return (
    patch +
    maybe(0.6, () => `-${identifiers()}`) +
    maybe(0.2, () => `+${pick(['incompatible', 'build.1', '001', 'sha-5'])}`)
  );
};

const goRelease = () => {
  const minor = below(26);
  const short = minor < 21 && random() < 0.4;
  const before = random() < 0.5 ? pick(['rc', 'beta']) + (1 + below(12)) : '';
  if (before !== '') return `go1.${minor}${before}`;
  return short ? `go1.${minor}` : `go1.${minor}.${below(14)}`;
};

const OWN = {
  pypi: [],
  maven:
    '1-alpha2snapshot 1-alpha2 1-alpha-123 1-beta-2 1-beta123 1-m2 1-m11 1-rc 1-cr2 1-rc123 1-SNAPSHOT 1 1-sp 1-sp2 1-sp123 1-abc 1-def 1-pom-1 1-1-snapshot 1-1 1-2 1-123 2.0 2.0.a 2-1 2.0.2 2.0.123 2.1.0 2.1-a 2.1b 2.1-c 2.1-1 2.1.0.1 2.2 2.123 11.a2 11.a11 11.b2 11.b11 11.m2 11.m11 11 11.a 11b 11c 11m 1.0 1.0.0 1-0 1.0-0 1a 1-a 1.0-a 1.0.0-a 1.0a 1.0.0a 1x 1-x 1.0-x 1.0.0-x 1.0x 1.0.0x 1cr 1rc 1a1 1-alpha-1 1b2 1m3 1-milestone-3 1X 1A 1B 1M 1Cr 1Rc 1cR 1rC 1Milestone3 1MileStone3 1MILESTONE3 1ga 1release 1final 1Ga 1GA 1RELEASE 1RELeaSE 1Final 1FinaL 1FINAL 1.5 2.5 1.1 1.2 1.0.1 1.2.0 1.0-alpha-1 1.0-alpha-2 1.0-beta-1 1.0-SNAPSHOT 1.0-alpha-1-SNAPSHOT 1.0-1 1.0-2 2.0-1 2.0.1 2.0.1-klm 2.0.1-lmn 2.0.1-xyz 2.0.1-123 0.7 2 0.2 1.0.7 0-1 1.0.0-alpha1 1.0.0-ALPHA1 1.a 1.A 1.é 1.É 7 J c 9 aardvark zebra 6.1.0 6.1.0rc3 6.1H.5-beta 20190126.230843 1234567890.12345 123456789012345.1H.5-beta 12345678901234567890.1H.5-beta 0000000000000000001 0000000000000000000 000 1-0.alpha 1-0.beta 1.0.0.abc1 1.0.0-abc2 1.0.0.RC1 1.0.0-RC2 1.0.0.m1 1.0.0-m2 2-abc 2.0.abc 2.0.0.abc 1.0.final-redhat 1.0-sp1-redhat 1.0-sp-1-redhat 1.0-sp.1-redhat 1-abcdefghijklmnopqrstuvwxyz 1-ABCDEFGHIJKLMNOPQRSTUVWXYZ'.split(
      ' ',
    ),
  semver:
    '1.0.0-alpha 1.0.0-alpha.1 1.0.0-alpha.beta 1.0.0-beta 1.0.0-beta.2 1.0.0-beta.11 1.0.0-rc.1 1.0.0 0.0.0 0.0.0-foo 0.0.1 0.9.9 0.10.0 0.9.0 0.99.0 2.0.0 1.2.3 1.2.3-asdf 1.2.3-4 1.2.3-4-foo 1.2.3-5-foo 1.2.3-5 1.2.3-5-Foo 3.0.0 2.7.2+asdf 1.2.3-a.10 1.2.3-a.5 1.2.3-a.b 1.2.3-a 1.2.3-a.b.c.10.d.5 1.2.3-a.b.c.5.d.100 1.2.3-r2 1.2.3-r100 1.2.3-R2 1.2.3-0 1.2.3-1 1.2.3-beta 1.2.3-beta+build 1.2.3+otherbuild 1.2.0 1.2.3-alpha1 1.2.3-alpha2 1.2.3+23 1.2.3+42 1.1.0-beta-10 0.4.0-beta.1+0851523 0.0.0-20190101000000-abcdefabcdef 0.0.0-20200101000000-abcdefabcdef 1.2.4-0.20210101000000-abcdefabcdef 1.2.3-pre 2.0.0+incompatible 2.0.1 1.21.0-0 1.21.0-rc.4 1.20.0-pre4 1.20.0-pre.4 1.20.0-pre4.4'.split(
      ' ',
    ),
  'go-releases':
    'go1 go1.9.1 go1.18 go1.18beta1 go1.18rc1 go1.19 go1.20 go1.20rc3 go1.20.0 go1.21rc2 go1.21rc3 go1.21rc4 go1.21.0 go1.21.1 go1.21.10 go1.22rc1 go1.22.0'.split(
      ' ',
    ),
};
const MAKE = { pypi, maven, semver, 'go-releases': goRelease };

const make = MAKE[kind];
if (make === undefined) throw new Error(`Name one of ${Object.keys(MAKE).join(', ')}`);
const versions = new Set(OWN[kind]);
for (let tries = 0; versions.size < 400 && tries < 20_000; tries += 1) versions.add(make());
process.stdout.write(`${[...versions].join('\n')}\n`);
