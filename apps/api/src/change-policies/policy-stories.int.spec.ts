import { policySetSchema, type PoliciesChanged, type PolicyView } from '@weir/contracts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadPolicySet } from '@weir/judging';
import { findOpa, startPolicyEngine, type PolicyEngine } from '@weir/policy';
import { tmpdir } from 'node:os';
import { seeded } from '../../../../tools/testing/seeded.js';
import { createApiDatabase, startApi, type Answer, type ApiDatabase, type TestApi } from '../testing/api-for-tests.js';

// Random commands of several clients at two processes. What each was answered and what the log holds must agree with a
// model that is folded from the log alone, by rules that are written here anew.

const CLIENTS = 6;
const COMMANDS = 14;
const STORIES = Number(process.env['POLICY_STORIES'] ?? 2);
const FIRST_SEED = Number(process.env['POLICY_STORIES_SEED'] ?? 1);

let database: ApiDatabase;
let processes: readonly TestApi[];
let engine: PolicyEngine;
beforeAll(async () => {
  database = await createApiDatabase();
  const options = { findCompiler: () => findOpa({ cacheDirectory: tmpdir() }) };
  processes = await Promise.all([startApi(database, options), startApi(database, options)]);
  engine = await startPolicyEngine({ workers: 1, deadlineMillis: 5_000, memoryMegabytes: 64 });
});
afterAll(async () => {
  await engine.close();
  for (const api of processes) await api.close();
  await database.drop();
});

interface Modelled {
  readonly latest: number;
  readonly active: number | null;
  readonly isRetired: boolean;
  readonly name: string;
}

interface Logged {
  readonly type: string;
  readonly data: {
    readonly workspace: string;
    readonly policyId: string;
    readonly name?: string;
    readonly revision?: number;
    readonly policySetDigest?: string;
    readonly changeSet?: string;
    readonly regoDigest?: string;
  };
}

const logOf = async (workspace: string): Promise<readonly Logged[]> => {
  const events: Logged[] = [];
  for (let position = 0; ;) {
    const read = await database.store.read('policy/0', { position, limit: 500 });
    if (read.length === 0) return events.filter(({ data }) => data.workspace === workspace);
    events.push(...(read as unknown as readonly Logged[]));
    position += read.length;
  }
};

/** Step by step, and every step must be one that was allowed. */
const modelOf = (events: readonly Logged[]): ReadonlyMap<string, Modelled> => {
  const model = new Map<string, Modelled>();
  for (const { type, data } of events) {
    const known = model.get(data.policyId) ?? { latest: 0, active: null, isRetired: false, name: '' };
    expect(known.isRetired, `${type} after ${data.policyId} was retired`).toBe(false);
    if (type === 'PolicyRevised') {
      expect(data.revision).toBe(known.latest + 1);
      const namesakes = [...model].filter(
        ([id, one]) => id !== data.policyId && !one.isRetired && one.name === data.name,
      );
      expect(namesakes).toEqual([]);
      model.set(data.policyId, { ...known, latest: known.latest + 1, name: data.name ?? '' });
    }
    if (type === 'PolicyActivated') {
      expect(data.revision).toBeLessThanOrEqual(known.latest);
      expect(data.revision, 'nothing is activated that is active').not.toBe(known.active);
      model.set(data.policyId, { ...known, active: data.revision ?? null });
    }
    if (type === 'PolicyDeactivated') {
      expect(known.active, 'nothing is turned off that is off').not.toBeNull();
      model.set(data.policyId, { ...known, active: null });
    }
    if (type === 'PolicyRetired') {
      expect(known.active, 'nothing is retired that judges').toBeNull();
      model.set(data.policyId, { ...known, isRetired: true });
    }
  }
  return model;
};

/** What an append leads to is the set that its last event names: of every append, and no set between. */
const setsInForce = async (events: readonly Logged[]): Promise<void> => {
  const model = new Map<string, number | null>();
  for (const [at, { type, data }] of events.entries()) {
    if (type === 'PolicyActivated') model.set(data.policyId, data.revision ?? null);
    if (type === 'PolicyDeactivated') model.set(data.policyId, null);
    if (data.policySetDigest === undefined) continue;
    const next = events.slice(at + 1).find((event) => event.data.policySetDigest !== undefined);
    if (next?.data.policySetDigest === data.policySetDigest) continue;
    const evidence = await database.store.evidence(data.policySetDigest);
    const set = policySetSchema.parse(JSON.parse(Buffer.from(evidence?.bytes ?? []).toString()));
    const wanted = [...model].filter(([, revision]) => revision !== null).sort();
    expect(set.policies.map(({ policyId, revision }) => [policyId, revision]).sort()).toEqual(wanted);
    await everyPolicyAnswersByItsText({ digest: data.policySetDigest, set }, events);
  }
};

/** Asked in the module that the set names, each policy says which text it is. */
const everyPolicyAnswersByItsText = async (
  named: { readonly digest: string; readonly set: ReturnType<typeof policySetSchema.parse> },
  events: readonly Logged[],
): Promise<void> => {
  const { policies } = named.set;
  if (policies.length === 0) return;
  await loadPolicySet((digest) => database.store.evidence(digest), engine, named);
  const asks = policies.map(({ slot }) => slot);
  const input = Buffer.from('{}');
  const [answers] = await engine.evaluate({
    key: named.digest,
    inputs: [{ input, asks, now: '2026-11-30T00:00:00Z' }],
  });
  for (const [index, { policyId, revision }] of policies.entries()) {
    const saved = events.find(
      ({ type, data }) => type === 'PolicyRevised' && data.policyId === policyId && data.revision === revision,
    );
    const text = await database.store.evidence(saved?.data.regoDigest ?? '');
    const [, said] = /"(text \d+)"/.exec(Buffer.from(text?.bytes ?? []).toString()) ?? [];
    expect(answers?.[index], `${policyId} revision ${revision}`).toMatchObject({ reasons: [said], error: null });
  }
  await engine.unload(named.digest);
};

interface Told {
  readonly command: string;
  readonly answer: Answer;
}

/** One client: what it asks next depends on chance alone, so that it asks for much that is refused. */
const playClient = async (workspace: string, seed: number, told: Told[]): Promise<void> => {
  const random = seeded(seed);
  const draw = (most: number): number => Math.floor(random() * most);
  const id = () => `${workspace}-p${draw(5)}`;
  const text = () => `package cloudsmith\n\ndefault match := false\n\nreason contains "text ${draw(6)}"\n`;
  const save = () => ({ name: `${workspace} p${draw(5)}`, rego: text(), precedence: draw(3) });
  const member = (): object => {
    const kind = draw(4);
    if (kind === 0) return { change: 'save', ...save(), active: draw(2) === 0 };
    if (kind === 1) return { change: 'save', policyId: id(), rego: text(), active: draw(2) === 0 };
    return { change: kind === 2 ? 'activate' : draw(3) === 0 ? 'retire' : 'deactivate', policyId: id() };
  };
  for (let turn = 0; turn < COMMANDS; turn += 1) {
    const api = processes[draw(processes.length)] as TestApi;
    const kind = draw(12);
    const ask = async (): Promise<readonly [string, Answer]> => {
      if (kind < 3) return ['create', await api.post('/v1/policies', { workspace, ...save() })];
      if (kind < 5) return ['revise', await api.put(`/v1/policies/${id()}`, { rego: text() })];
      if (kind < 8)
        return [
          'activate',
          await api.post(`/v1/policies/${id()}/activate`, draw(3) === 0 ? { revision: 1 + draw(3) } : {}),
        ];
      if (kind < 10) return ['deactivate', await api.post(`/v1/policies/${id()}/deactivate`)];
      if (kind < 11) return ['retire', await api.post(`/v1/policies/${id()}/retire`)];
      const changes = Array.from({ length: 1 + draw(4) }, member);
      return ['change', await api.post('/v1/policy-changes', { workspace, changes })];
    };
    const [command, answer] = await ask();
    told.push({ command, answer });
  }
};

const EXPECTED = new Set([200, 201, 404, 409, 422]);

test.each(Array.from({ length: STORIES }, (_, i) => FIRST_SEED + i))(
  'clients at two processes change policies at random, seed %i: every request has its one answer, and no change is lost',
  { timeout: 120_000 },
  async (seed) => {
    const workspace = `story-${seed}`;
    const told: Told[] = [];
    await Promise.all(
      Array.from({ length: CLIENTS }, (_, client) => playClient(workspace, seed * 1000 + client, told)),
    );
    expect(told).toHaveLength(CLIENTS * COMMANDS);
    for (const { command, answer } of told)
      expect(EXPECTED, `${command}: ${JSON.stringify(answer)}`).toContain(answer.status);

    const events = await logOf(workspace);
    const model = modelOf(events);
    await setsInForce(events);
    for (const api of processes) {
      const { policies } = (await api.get(`/v1/policies?workspace=${workspace}&retired=true`)).body as {
        policies: readonly (PolicyView & { readonly latestRevision: number })[];
      };
      const shown = policies.map(({ policyId, name, latestRevision: latest, activeRevision: active, retiredAt }) => [
        policyId,
        { latest, active, isRetired: retiredAt !== null, name },
      ]);
      expect(Object.fromEntries(shown)).toEqual(Object.fromEntries(model));
    }

    const granted = told.filter(({ answer }) => answer.status < 300);
    expect(granted.length, 'the story does something').toBeGreaterThan(10);
    expect(events.map(({ type }) => type)).toContain('PolicyActivated');
    const count = (type: string, alone: boolean): number =>
      events.filter((event) => event.type === type && (event.data.changeSet === undefined) === alone).length;
    const told200 = (command: string): number => granted.filter((one) => one.command === command).length;
    expect(count('PolicyActivated', true)).toBe(told200('activate'));
    expect(count('PolicyDeactivated', true)).toBe(told200('deactivate'));
    expect(count('PolicyRetired', true)).toBe(told200('retire'));
    // Saving what is saved already is granted and adds nothing.
    expect(count('PolicyRevised', true)).toBeLessThanOrEqual(told200('create') + told200('revise'));
    const sets = granted.flatMap(({ command, answer }) =>
      command === 'change' ? ((answer.body as PoliciesChanged).changeSet ?? []) : [],
    );
    expect(new Set(events.flatMap(({ data }) => data.changeSet ?? []))).toEqual(new Set(sets));
    for (const name of sets) {
      const at = events.flatMap(({ data }, position) => (data.changeSet === name ? [position] : []));
      expect((at.at(-1) ?? 0) - (at[0] ?? 0), 'a change set stands together').toBe(at.length - 1);
    }
  },
);
