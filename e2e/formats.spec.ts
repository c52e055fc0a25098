import { CLOUDSMITH_FORMATS, formatsOfType, mayCarry, packageFormat, PURL_TYPES } from '@weir/contracts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ask, askUntil, post, publication } from './harness/http.js';
import { removeFolder, startWeirProcess, temporaryFolder, type RunningWeir } from './harness/weir-process.js';

/** A package of each type; what is not here is named without a namespace. */
const NAMES: Readonly<Record<string, string>> = {
  alpm: 'arch/pacman',
  apk: 'alpine/curl',
  bitbucket: 'birkenfeld/pygments-main',
  'chrome-extension': 'dlpngalgnefjeiefhmpklpfiohadpglk',
  composer: 'laravel/laravel',
  deb: 'debian/curl',
  git: 'codeberg.org/forgejo/forgejo',
  github: 'package-url/purl-spec',
  golang: 'github.com/BurntSushi/toml',
  huggingface: 'microsoft/deberta-v3-base',
  maven: 'org.apache.commons/commons-lang3',
  qpkg: 'blackberry/com.qnx.sdp',
  rpm: 'fedora/curl',
  swift: 'github.com/Alamofire/Alamofire',
  'vscode-extension': 'rust-lang/rust-analyzer',
};
const QUALIFIERS: Readonly<Record<string, string>> = {
  julia: '?uuid=ade2ca70-3891-5945-98fb-dc099432e06a',
  swid: '?tag_id=75b8c285-fa7b-485b-b199-4745e3004d0d',
};
const purlOf = (type: string): string => `pkg:${type}/${NAMES[type] ?? 'name'}@1.0.0${QUALIFIERS[type] ?? ''}`;

/** Each package type alone, and with each format that it may be told with: the format that policies see. */
const table = [...PURL_TYPES].flatMap((type) => [
  { type, told: null, format: packageFormat(type) },
  ...formatsOfType(type).map((format) => ({ type, told: format, format })),
]);
const repositoryOf = ({ type, told }: (typeof table)[number]): string => `${type} as ${told ?? 'nothing'}`;

const REGO = `package cloudsmith
default match := false
match if input.v0.package.format == input.v0.identity.format
reason contains input.v0.package.format`;

const SCOPES = ['ruby', 'docker', 'helm', 'pypi'];

const data = temporaryFolder();
let weir: RunningWeir;
beforeAll(async () => {
  weir = await startWeirProcess(data);
  for (const formats of [[], ...SCOPES.map((format) => [format])]) {
    const tag = formats[0] ?? 'any';
    const actions = [{ type: 'AddPackageTags', tags: [`format-${tag}`] }];
    const saved = await post<{ policyId: string }>(weir.url, '/v1/policies', {
      name: `Format ${tag}`,
      rego: REGO,
      scope: { formats },
      actions,
    });
    expect(saved.status, JSON.stringify(saved.body)).toBeLessThan(300);
    const activated = await post(weir.url, `/v1/policies/${saved.body.policyId}/activate`, {});
    expect(activated.status, JSON.stringify(activated.body)).toBeLessThan(300);
  }
  const events = table.map((one, index) =>
    publication(`e-${index}`, purlOf(one.type), { repository: { name: repositoryOf(one), format: one.told } }),
  );
  const sent = await post(weir.url, '/v1/events', events, 'application/cloudevents-batch+json');
  expect(sent, JSON.stringify(sent.body)).toMatchObject({ status: 202 });
  await askUntil<{ packages: { total: number } }>(
    weir.url,
    '/v1/summary',
    ({ body }) => body.packages.total === table.length,
  );
});
afterAll(async () => {
  await weir.end('SIGTERM');
  removeFolder(data);
});

interface Verdict {
  readonly why: readonly { readonly policy: string; readonly reasons: readonly string[] }[];
  readonly package: { readonly tags: readonly string[] };
}

test.each(table.map((one) => [repositoryOf(one), one] as const))(
  '%s goes through to a decision, with the name that Cloudsmith gives its format',
  async (repository, { type, format }) => {
    const query = new URLSearchParams({ purl: purlOf(type), repository }).toString();
    const { status, body } = await ask<Verdict>(weir.url, `/v1/verdict?${query}`);
    expect({ status, body }).toMatchObject({ status: 200, body: { allowed: true } });
    expect(body.why.find(({ policy }) => policy === 'Format any')?.reasons).toEqual([format]);
    const scopes = SCOPES.filter((scope) => packageFormat(scope) === format);
    expect(body.package.tags).toEqual(['any', ...scopes].map((scope) => `format-${scope}`).toSorted());
  },
);

test('all formats of Cloudsmith are among them', () => {
  expect(new Set(table.map(({ format }) => format))).toEqual(
    new Set([...CLOUDSMITH_FORMATS, ...[...PURL_TYPES].map(packageFormat)]),
  );
  expect(table.every(({ type, told }) => told === null || mayCarry(told, type))).toBe(true);
});
