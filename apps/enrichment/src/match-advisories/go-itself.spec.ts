import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { parsePackageUrl } from '@weir/contracts';
import { describe, expect, test } from 'vitest';
import { readSharedLines, sharedData } from '../../../../tools/testing/shared-data.js';
import type { AdvisoryRecord } from '../advisory-record/advisory-record.js';
import { parseAdvisory } from '../advisory-record/parse-advisory.js';
import { advisoryNameOf } from '../inventory/advisory-name-of.js';
import { isAffected } from './is-affected.js';

const shipped = new URL('../../../../examples/feeds/osv.jsonl.gz', import.meta.url);
const ofCommands = new URL('go-advisories/toolchain.jsonl', import.meta.url);
const lines = [
  ...gunzipSync(readFileSync(shipped)).toString('utf8').split('\n'),
  ...readFileSync(ofCommands, 'utf8').split('\n'),
  ...(sharedData === null ? [] : readSharedLines('osv/go.jsonl.gz')),
];
const records = [
  ...new Map(
    lines
      .filter((line) => /"name":"(?:stdlib|toolchain)"/.test(line))
      .map((line) => parseAdvisory(JSON.parse(line)))
      .flatMap((record): [string, AdvisoryRecord][] => ('refused' in record ? [] : [[record.id, record]])),
  ).values(),
];
/** Every version that an advisory speaks of, and those that are next to it. */
const versions = [
  ...new Set(
    records
      .flatMap(({ affected }) => affected.flatMap(({ ranges }) => ranges.flatMap(({ events }) => events)))
      .flatMap(({ version }) => {
        const [major = '0', minor = '0', patch = '0'] = version.replace(/-.*$/, '').split('.');
        return [`${major}.${minor}.${patch}`, `${major}.${minor}.${Math.max(0, Number(patch) - 1)}`];
      }),
  ),
].toSorted();

const named = (purl: string): { readonly name: string; readonly version: string } => {
  const parsed = parsePackageUrl(purl);
  if ('refused' in parsed || parsed.version === null) throw new Error(purl);
  return { name: advisoryNameOf({ ...parsed, version: parsed.version, digest: null }).name, version: parsed.version };
};
const advisoriesOf = (purl: string): string[] => {
  const sought = { ecosystem: 'Go' as const, ...named(purl) };
  return records.filter((record) => isAffected(record, sought) !== null).map(({ id }) => id);
};
const differing = (spelled: (version: string) => string, meant: string): string[] =>
  versions.filter(
    (version) => advisoriesOf(spelled(version)).join() !== advisoriesOf(`pkg:golang/${meant}@${version}`).join(),
  );

describe("Go itself is known by the names of Go's advisories, whatever a tool calls it", () => {
  test('there is something to find', () => {
    expect(records.length).toBeGreaterThan(10);
    expect(versions.filter((version) => advisoriesOf(`pkg:golang/stdlib@${version}`).length > 0)).not.toEqual([]);
    expect(versions.filter((version) => advisoriesOf(`pkg:golang/toolchain@${version}`).length > 0)).not.toEqual([]);
  });

  test.each([
    ['std', 'stdlib'],
    ['go', 'stdlib'],
    ['cmd', 'toolchain'],
  ])('%s has the advisories of %s in every version, written as 1.21.0, v1.21.0 and go1.21.0', (told, meant) => {
    for (const prefix of ['', 'v', 'go'])
      expect(differing((version) => `pkg:golang/${told}@${prefix}${version}`, meant)).toEqual([]);
    expect(differing((version) => `pkg:golang/${told}@${version}#net/http`, meant)).toEqual([]);
  });

  test("a toolchain from Go's proxies has those of its version", () => {
    expect(
      differing((version) => `pkg:golang/golang.org/toolchain@v0.0.1-go${version}.linux-amd64`, 'toolchain'),
    ).toEqual([]);
    expect(named('pkg:golang/golang.org/toolchain@v0.0.1-go1.21rc3.windows-arm64').name).toBe('toolchain');
  });

  test('a module that ends in such a name has none of them', () => {
    const others = ['github.com/rs/std', 'example.com/go', 'golang.org/x/toolchain', 'standard', 'cmd/go'];
    expect(others.flatMap((name) => advisoriesOf(`pkg:golang/${name}@1.0.0`))).toEqual([]);
  });

  test('pkg:golang/std@1.21.0 is held for what is fixed in 1.21.1', () => {
    const record = parseAdvisory({
      id: 'GO-2023-2041',
      modified: '2023-09-07T00:00:00Z',
      affected: [
        {
          package: { name: 'stdlib', ecosystem: 'Go' },
          ranges: [{ type: 'SEMVER', events: [{ introduced: '1.21.0-0' }, { fixed: '1.21.1' }] }],
        },
      ],
    });
    if ('refused' in record) throw new Error(record.refused);
    const affected = (version: string) => isAffected(record, { ecosystem: 'Go', name: 'std', version })?.fixedIn;
    expect(affected('1.21.0')).toEqual(['1.21.1']);
    expect(affected('go1.21rc3')).toEqual(['1.21.1']);
    expect(affected('1.21.1')).toBeUndefined();
  });
});
