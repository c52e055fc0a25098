import { figureOf, type Figure } from '../../measure/figure.ts';
import { startPostgres } from '../../system/postgres.ts';
import { startService } from '../../system/service-process.ts';
import { weirCommand } from '../../system/weir-command.ts';
import { alone } from '../alone.ts';
import { settingsOf, type Scenario, type ScenarioContext } from '../scenario.ts';

const full = { rounds: 3, atOnce: 20, inARow: 60, off: 10 };
const config = { full, quick: { rounds: 1, atOnce: 20, inARow: 20, off: 5 } };
type Settings = typeof full;

interface Round {
  readonly atOnce: number;
  readonly inARow: number;
  readonly off: number;
}

/** How long people wait who change policies: texts of one's own, which OPA compiles. */
export const policies: Scenario = {
  name: 'policies',
  sentence: 'Policies of one’s own activated at once, one after the other, and turned off.',
  config,
  run: async (context) => {
    const settings = settingsOf(config, context);
    const rounds: Round[] = [];
    for (let round = 0; round < settings.rounds; round += 1)
      rounds.push(await alone(context, (own) => measureRound(own, settings)));
    const figure = (of: (round: Round) => number): Figure => figureOf(rounds.map(of), 's');
    return {
      figures: {
        [`${settings.atOnce} activated at once`]: figure(({ atOnce }) => atOnce),
        [`${settings.inARow} activated one after the other`]: figure(({ inARow }) => inARow),
        'one of them turned off': figure(({ off }) => off / settings.off),
      },
      flaws: [],
      skipped: [],
      details: { settings, rounds },
    };
  },
};

/** A fresh api and database for each, since what was compiled once is known. */
const measureRound = async ({ folder, cleanup }: ScenarioContext, settings: Settings): Promise<Round> => {
  const postgres = await startPostgres(folder);
  cleanup.add(() => postgres.stop());
  await weirCommand('migrate', '--database', postgres.ownerUrl, '--json');
  const api = await startService('api', { databaseUrl: postgres.serviceUrl, folder, cleanup });
  const many = await saveAll(api.url, 'many', settings.atOnce);
  const row = await saveAll(api.url, 'row', settings.inARow);
  const atOnce = await secondsOf(() => Promise.all(many.map((id) => post(api.url, `/v1/policies/${id}/activate`, {}))));
  const inARow = await secondsOf(() => inOrder(row, (id) => post(api.url, `/v1/policies/${id}/activate`, {})));
  const off = await secondsOf(() =>
    inOrder(row.slice(0, settings.off), (id) => post(api.url, `/v1/policies/${id}/deactivate`, {})),
  );
  return { atOnce, inARow, off };
};

const saveAll = async (url: string, workspace: string, count: number): Promise<readonly string[]> => {
  const numbers = Array.from({ length: count }, (_, number) => number);
  return inOrder(numbers, async (number) => {
    const body = { workspace, name: `${workspace} ${number}`, rego: regoOf(`${workspace}-${number}`, number) };
    const { policyId } = (await post(url, '/v1/policies', body)) as { readonly policyId: string };
    return policyId;
  });
};

const regoOf = (name: string, number: number): string => `package cloudsmith

default match := false

match if {
	input.v0.package.name == "${name}"
	count(input.v0.vulnerabilities) > ${number}
}
`;

const inOrder = async <T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<readonly R[]> => {
  const done: R[] = [];
  for (const item of items) done.push(await work(item));
  return done;
};

const secondsOf = async (work: () => Promise<unknown>): Promise<number> => {
  const started = performance.now();
  await work();
  return (performance.now() - started) / 1000;
};

/** @throws when it is not granted: a figure of refusals would be a made-up one. */
const post = async (url: string, path: string, body: unknown): Promise<unknown> => {
  const response = await fetch(new URL(path, url), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const answer = await response.json();
  if (!response.ok) throw new Error(`${path} was answered ${response.status}: ${JSON.stringify(answer)}`);
  return answer;
};
