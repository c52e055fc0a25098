import { afterAll, beforeAll, expect, test } from 'vitest';
import { mutateTable, rowsOf } from '../../../../tools/testing/mutate-table.js';
import { playSystem, type PlayedSystem } from '../../../../tools/testing/played-system.js';
import { chanceOf, givenSeed } from '../../../../tools/testing/random-cases.js';
import { exitCodeOf } from './exit-code-of.js';
import { rebuildViewsCommand, verifyViewsCommand } from './views.js';

/** 1,000 by hand: TRIES=1000 npx vitest run --project integration apps/weir/src/commands/views.int.spec.ts */
const TRIES = Number(process.env['TRIES'] ?? 60);

let system: PlayedSystem;
beforeAll(async () => {
  system = await playSystem();
}, 120_000);
afterAll(() => system.drop());

const run = async (command: typeof verifyViewsCommand, json: boolean, databaseUrl = system.database.serviceUrl) => {
  const said = { stdout: '', stderr: '' };
  const output = {
    stdout: (text: string) => void (said.stdout += `${text}\n`),
    stderr: (text: string) => void (said.stderr += text),
  };
  const options = { databaseUrl, json, clock: system.clock };
  const code = await exitCodeOf({ output, json }, (watched) => command(options, watched));
  return { code, ...said };
};

interface Told {
  readonly valid: boolean;
  readonly tables: readonly { readonly table: string; readonly rows: number; readonly differing: number }[];
}

const verify = async (): Promise<Told & { readonly code: number; readonly stdout: string }> => {
  const { code, stdout } = await run(verifyViewsCommand, true);
  return { ...(JSON.parse(stdout) as Told), code, stdout };
};

const tablesWithRows = async (): Promise<readonly string[]> =>
  (await verify()).tables.filter(({ rows }) => rows > 0).map(({ table }) => table);

test('what nobody touched is as the log says, and there is something in every table', async () => {
  const { code, stdout, tables } = await verify();
  expect({ code, stdout }).toMatchObject({ code: 0 });
  expect(tables.filter(({ rows }) => rows === 0)).toEqual([]);
  expect((await run(verifyViewsCommand, false)).stdout).toMatch(
    /^The views are as the log says: \d+ rows in \d+ tables\.\n$/,
  );
});

test('a verdict that was set by hand is named with what it should be, and set right while the system serves', async () => {
  const { rows } = await system.owner.query<{ key: string; purl: string; repository: string }>(
    `SELECT package_key AS key, purl, repository FROM api.package_view WHERE state = 'quarantined' ORDER BY 1 LIMIT 1`,
  );
  const [held] = rows;
  if (held === undefined) throw new Error('nothing is held');
  await system.owner.query(`UPDATE api.package_view SET state = 'available' WHERE package_key = $1`, [held.key]);
  const weir = await system.start();
  const verdict = async (): Promise<unknown> =>
    await (
      await fetch(`${weir.url}/v1/verdict?purl=${encodeURIComponent(held.purl)}&repository=${held.repository}`)
    ).json();
  try {
    expect(await verdict()).toMatchObject({ allowed: true });
    const found = await run(verifyViewsCommand, false);
    expect(found.code).toBe(1);
    expect(found.stdout).toContain(`  api.package_view ${held.key}: state is available, should be quarantined`);
    const rebuilt = await run(rebuildViewsCommand, false);
    expect(rebuilt).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('api.package_view: 1 row mended') as string,
    });
    expect(await verdict()).toMatchObject({ allowed: false, state: 'quarantined' });
    expect((await run(verifyViewsCommand, false)).code).toBe(0);
  } finally {
    await weir.close();
  }
}, 120_000);

const seed = givenSeed();
test(`whatever is done to any derived table is found, and mended: ${TRIES} times, from seed ${seed}`, async () => {
  console.log(
    `SEED=${seed} TRIES=${TRIES} npx vitest run --project integration apps/weir/src/commands/views.int.spec.ts`,
  );
  const chance = chanceOf(seed);
  const tables = await tablesWithRows();
  for (let done = 0; done < TRIES; done += 1) {
    const table = chance.pick(tables);
    const before = await rowsOf(system.owner, table);
    const what = await mutateTable(system.owner, table, chance);
    const found = await verify();
    expect({
      what,
      code: found.code,
      differs: found.tables.some((one) => one.table === table && one.differing > 0),
    }).toEqual({ what, code: 1, differs: true });
    expect((await run(rebuildViewsCommand, true)).code, what).toBe(0);
    expect(await verify(), what).toMatchObject({ code: 0, valid: true });
    expect(await rowsOf(system.owner, table), what).toEqual(before);
  }
}, 3_600_000);
