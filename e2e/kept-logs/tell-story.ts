import { setTimeout as sleep } from 'node:timers/promises';
import { ask, post } from '../harness/http.ts';
import { advisories, asLines, event, exploited, scoresOf } from './story-data.ts';

const QUIET_FOR_MS = 2_000;

interface Policy {
  readonly policyId: string;
}

/** Fails with what was answered instead. */
const accepted = async <T>(answer: Promise<{ readonly status: number; readonly body: T }>): Promise<T> => {
  const { status, body } = await answer;
  if (status >= 300) throw new Error(`${status}: ${JSON.stringify(body)}`);
  return body;
};

/** Until the decisions have not changed for a while: everything that was told is judged and visible. */
const settled = async (url: string): Promise<void> => {
  let [last, since] = ['', Date.now()];
  while (Date.now() - since < QUIET_FOR_MS) {
    await sleep(100);
    const now = JSON.stringify((await ask(url, '/v1/decisions?limit=1')).body);
    if (now !== last) [last, since] = [now, Date.now()];
  }
};

/** Two policies in one: it reads the clock, and loops on packages that are named so, where it holds what it held. */
const OWN_POLICY = `package cloudsmith
default match := false
match if { input.v0.package.name == "left-pad"; time.now_ns() > 0 }
match if { input.v0.package.name == "loops"; count([1 | some x in numbers.range(1, 3000); some y in numbers.range(1, 3000); x * y == 0]) > 0 }
reason contains "left-pad is not what it was" if match`;

/** What the story does to a Weir; whatever it refuses ends the story. */
const handsOn = (url: string) => {
  const load = (kind: string, text: string) =>
    accepted(
      ask(url, `/v1/feeds/${kind}`, {
        method: 'POST',
        headers: { 'content-type': 'application/octet-stream' },
        body: text,
      }),
    );
  const send = (...events: readonly unknown[]) =>
    accepted(post(url, '/v1/events', events, 'application/cloudevents-batch+json'));
  const activate = (policyId: string) => accepted(post(url, `/v1/policies/${policyId}/activate`, {}));
  const save = async (draft: Record<string, unknown>): Promise<string> => {
    const { policyId } = await accepted(post<Policy>(url, '/v1/policies', draft));
    await activate(policyId);
    return policyId;
  };
  return { load, send, activate, save };
};

/**
 * Something of everything that a Weir keeps: feeds that change, policies that are revised and ended, observations of
 * every kind in two workspaces, repeats, a policy that fails, effects that are told and one that is not taken.
 */
export const tellStory = async (url: string): Promise<void> => {
  const { load, send, activate, save } = handsOn(url);
  await load('osv', asLines(advisories.slice(0, -1)));
  await load('kev', JSON.stringify(exploited));
  await load('epss', scoresOf('2026-06-14'));
  const epss = await save({ template: 'epss-over-threshold' });
  const licence = await save({ template: 'gpl-in-production' });
  await save({ template: 'unknown-or-copyleft-licence' });
  await save({
    template: 'epss-over-threshold',
    workspace: 'labs',
    name: 'EPSS in labs',
    parameters: { threshold: 0.001 },
  });
  await send(
    event('published', 'lodash@4.17.20', { license: 'MIT', id: 'first' }),
    event('published', 'json5@1.0.1', { license: 'MIT' }),
    event('published', 'readline-gpl@1.0.0', { license: 'GPL-3.0-only' }),
    event('published', 'left-pad@1.3.0', { license: 'WTFPL' }),
    event('published', 'loops@1.0.0', { license: 'MIT' }),
    event('published', 'lodash@4.17.20', { workspace: 'labs', repository: 'npm-labs', license: 'MIT' }),
  );
  await settled(url);
  await send(
    event('copied', 'minimist@0.0.8', { license: 'MIT' }),
    event('downloaded', 'json5@1.0.1'),
    event('published', 'gone@1.0.0', { license: 'MIT' }),
    event('deleted', 'gone@1.0.0'),
    event('published', 'readline-gpl@1.0.0', { license: 'GPL-3.0-only', repository: 'npm-dev' }),
  );
  await send(event('published', 'lodash@4.17.20', { license: 'MIT', id: 'first' }));
  await settled(url);
  await load('epss', scoresOf('2026-08-02'));
  await settled(url);
  await accepted(
    ask(url, `/v1/policies/${epss}`, revision({ template: 'epss-over-threshold', parameters: { threshold: 0.9 } })),
  );
  await activate(epss);
  await settled(url);
  await accepted(post(url, `/v1/policies/${licence}/deactivate`, {}));
  // Last, since each change after it would keep another module of all policies.
  const actions = [{ type: 'SetPackageState', state: 'quarantined' }];
  await save({ name: 'Left alone', rego: OWN_POLICY, onError: 'closed', actions });
  await settled(url);
  await load('osv', asLines(advisories));
  await settled(url);
};

const revision = (body: unknown): RequestInit => ({
  method: 'PUT',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});

/** What the API tells at the end of the story: the policies, and every package with its state. */
export const answersOf = async (url: string): Promise<unknown> => {
  await settled(url);
  const { policies } = (await ask<{ policies: readonly Policy[] }>(url, '/v1/policies')).body;
  const texts = await Promise.all(
    policies.map(async ({ policyId }) => (await ask(url, `/v1/policies/${policyId}`)).body),
  );
  const { packages } = (await ask<{ packages: readonly Told[] }>(url, '/v1/packages?sort=name&limit=200')).body;
  return { policies, texts, packages: packages.map(lasting) };
};

interface Told {
  readonly workspace: string;
  readonly repository: string;
  readonly purl: string;
  readonly presence: string;
  readonly state: string;
  readonly tags: readonly string[];
  readonly reasons: readonly { readonly policyId: string; readonly asks: readonly string[] }[];
}

/** What does not change when a package is judged again by the same policies on the same facts. */
const lasting = ({ workspace, repository, purl, presence, state, tags, reasons }: Told) => ({
  workspace, repository, purl, presence, state, tags,
  reasons: reasons.map(({ policyId, asks }) => ({ policyId, asks })),
});
