import type { ActivePolicy, RepositoryRef } from '@weir/contracts';
import type { FeedFreshness } from '@weir/domain';
import type { NamedPolicySet } from '@weir/judging';
import { digestOf } from '@weir/postgres';
import type { Chance } from './random-cases.js';

export const activePolicy = (more: Partial<ActivePolicy> = {}): ActivePolicy => {
  const policyId = more.policyId ?? 'epss';
  const { revision = 1, parameters = {} } = more;
  return {
    policyId,
    slot: policyId,
    name: policyId,
    revision,
    revisionDigest: digestOf(JSON.stringify([policyId, revision, parameters])),
    parameters,
    scope: {},
    precedence: 100,
    terminal: false,
    actions: [{ type: 'SetPackageState', state: 'quarantined' }],
    onError: 'closed',
    reads: { inputPaths: ['v0.vulnerabilities'], clock: false, builtins: [] },
    ...more,
  };
};

export const setOf = (...policies: readonly ActivePolicy[]): NamedPolicySet => {
  const set = { workspace: 'default', module: null, policies: [...policies] };
  return { digest: digestOf(JSON.stringify(set)), set };
};

export const repository = (more: Partial<RepositoryRef> = {}): RepositoryRef => ({
  name: 'npm-dev',
  format: 'npm',
  environment: 'development',
  team: null,
  region: null,
  ...more,
});

export const randomRepository = (chance: Chance): RepositoryRef => ({
  name: chance.pick(['npm-dev', 'npm-prod', 'pypi']),
  format: chance.pick(['npm', 'pypi']),
  environment: chance.pick(['development', 'production', null]),
  team: chance.pick(['web', null]),
  region: chance.pick(['eu', null]),
});

const READS = [
  'v0.vulnerabilities',
  'v1.freshness',
  'v1.freshness.epss',
  'v1.freshness.kev.loadedAt',
  'v1.freshness.osv',
  'v1.freshness.?',
  'v1',
  'v1.*',
  '*',
  'v1.kev',
];

export const randomPolicy = (chance: Chance, policyId: string): ActivePolicy => {
  const some = <T>(choices: readonly T[]): readonly T[] =>
    chance.happens(0.5) ? [] : chance.listOf(2, () => chance.pick(choices));
  return activePolicy({
    policyId,
    revision: 1 + chance.below(2),
    scope: { repositories: [...some(['npm-dev', 'npm-prod', 'pypi'])], formats: [...some(['npm', 'pypi'])] },
    reads: { inputPaths: [...chance.listOf(2, () => chance.pick(READS))], clock: chance.happens(0.3), builtins: [] },
  });
};

export const randomSet = (chance: Chance): NamedPolicySet =>
  setOf(...['a', 'b', 'c'].filter(() => chance.happens(0.7)).map((policyId) => randomPolicy(chance, policyId)));

export const randomFreshness = (chance: Chance): FeedFreshness => {
  const loaded = () =>
    chance.pick([
      null,
      { asOf: null, loadedAt: '2026-08-01T00:00:00.000Z' },
      { asOf: '2026-08-01', loadedAt: '2026-08-02T00:00:00.000Z' },
    ]);
  const ecosystems = ['npm', 'PyPI', 'Go'].map((name) => [name, loaded()] as const);
  return {
    osv: Object.fromEntries(ecosystems.flatMap(([name, load]) => (load ? [[name, load] as const] : []))),
    epss: loaded(),
    kev: loaded(),
  };
};
