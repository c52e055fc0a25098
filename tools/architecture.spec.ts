import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { serviceOfRoute } from '@weir/contracts';
import { describe, expect, test } from 'vitest';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const sources = globSync('{libs,apps}/*/src/**/*.{ts,tsx}', { cwd: root }).sort();
const product = sources.filter((file) => !/\.spec\.tsx?$/.test(file));
const textOf = (file: string): string => readFileSync(join(root, file), 'utf8');
const filesWith = (pattern: RegExp, among = product): string[] => among.filter((file) => pattern.test(textOf(file)));
const outside = (files: string[], ...folders: string[]): string[] =>
  files.filter((file) => !folders.some((folder) => file.startsWith(folder)));

/** A rule that lint cannot say, with its reason. */
const rule = (name: string, because: string, offenders: () => string[]) =>
  test(name, () => {
    expect(offenders(), `because ${because}`).toEqual([]);
  });

/** Names the shards that a reader of the stream stands in, and opens none. */
const RESUME_POINT = 'apps/api/src/stream/resume-point.ts';

describe('who may do what', () => {
  rule('only libs/event-store writes to the log', 'append-only and one writer per shard are proven in one place', () =>
    outside(filesWith(/(INSERT INTO|UPDATE|COPY|DELETE FROM|TRUNCATE)\s+log\./i), 'libs/event-store/'),
  );

  rule(
    'only libs/messaging touches topic tables or names a broker client',
    'the embedded and the Kafka adapter must stay interchangeable',
    () =>
      outside(
        filesWith(/(INSERT INTO|UPDATE|DELETE FROM|FROM|JOIN)\s+topic\.|from 'kafkajs'/i),
        'libs/messaging/',
        'apps/weir/src/compose/',
      ),
  );

  rule(
    'only libs/postgres opens connections to PostgreSQL, but for the migrations',
    'nobody may wait for ever, neither for the server nor for its answer, and every connection names who it is',
    () =>
      outside(
        filesWith(/new pg\.(Client|Pool)\(|new DataSource\(/),
        'libs/postgres/',
        'apps/weir/src/compose/migrate-database.ts',
      ),
  );

  rule('only evaluation appends decisions', 'there is one writer of decisions', () =>
    outside(filesWith(/\bdecisionShard\(|evaluation\/\$\{/), 'apps/evaluation/', 'libs/domain/', RESUME_POINT),
  );

  for (const [schema, owner] of Object.entries({
    intelligence: 'enrichment',
    evaluation: 'evaluation',
    action: 'action',
    api: 'api',
  })) {
    rule(
      `no service but ${owner} reads the tables of schema ${schema}`,
      'services must be able to change and move apart',
      () =>
        outside(
          filesWith(new RegExp(String.raw`(INTO|UPDATE|FROM|JOIN)\s+${schema}\.[a-z_]+`)),
          `apps/${owner}/`,
          'apps/weir/src/compose/',
        ),
    );
  }

  rule('no app imports an app but weir', 'each service starts, scales and fails on its own', () =>
    outside(filesWith(/from '@weir\/(ingest|enrichment|evaluation|action|api)'/), 'apps/weir/'),
  );

  rule(
    'only libs/postgres opens a pool or listens',
    'each has limits, a name and a way back after a fault there, and a pool that nobody hears ends its process',
    () => {
      const tests = globSync('{apps,libs,tools,e2e}/**/*.ts', { cwd: root, exclude: ['**/node_modules', '**/dist'] });
      return outside(
        [...filesWith(/`LISTEN |'LISTEN /), ...filesWith(/new (pg\.)?Pool\(/, [...product, ...tests])],
        'libs/postgres/',
        'tools/architecture.spec.ts',
      );
    },
  );

  rule('a client of PostgreSQL has somebody who hears its errors', 'else the server ends the process with it', () =>
    filesWith(/new (pg\.)?Client\(/, [...product, ...globSync('tools/testing/*.ts', { cwd: root })]).filter(
      (file) => textOf(file).split(/new (?:pg\.)?Client\(/).length > textOf(file).split(/\.on\('error', /).length,
    ),
  );

  rule(
    'what goes on after faults does so by keepGoing',
    'it waits longer each time, ends at once, is told and counted',
    () => {
      const loops = filesWith(/while \(!\S*aborted\) \{\n( *const .*\n)? *try \{/);
      // A batch is sent until it is taken: that ends by itself.
      return outside(loops, 'libs/postgres/', 'libs/messaging/src/kafka/partition-queue.ts');
    },
  );

  rule(
    'a route belongs to the service that ROUTES says',
    'one process, the gateway and the ingress send it there',
    () =>
      filesWith(/@Controller\('/).filter((file) => {
        const [, path = ''] = /@Controller\('([^']+)'/.exec(textOf(file)) ?? [];
        return file.startsWith('apps/') && serviceOfRoute(`/${path}`) !== file.split('/')[1];
      }),
  );

  rule('a service is composed by one function', 'alone in its process and beside others it is the same', () =>
    outside(filesWith(/\.forRoot\(/), ...globSync('apps/*/src/compose-*.ts', { cwd: root }), 'apps/api/src/testing/'),
  );

  rule(
    'Nest decorators stand only in modules, controllers and consumers',
    'what decides must not know the framework',
    () =>
      filesWith(/^\s*@(Module|Controller|Injectable|Get|Post|Put|Delete|Inject)\(/m).filter(
        (file) => !/\.(module|controller|consumer)\.ts$/.test(file),
      ),
  );
});

describe('what is known in one place', () => {
  rule(
    'a process is ended in few places, and a command by endProcess',
    'process.exit loses what a slow reader of a pipe has not taken yet',
    () => {
      const all = globSync('{apps,libs,bench,e2e,tools}/**/*.{ts,js}', {
        cwd: root,
        exclude: ['**/node_modules', '**/dist'],
      });
      return outside(
        filesWith(/process\.exit\(/, all).filter((file) => !/\.spec\.ts$/.test(file)),
        'libs/service/src/end-process.ts',
        // By a signal: whoever sent it does not wait for words.
        'libs/service/src/run-service.ts',
        'libs/service/src/run-until-signal.ts',
        'apps/weir/src/end-on-signals.ts',
        // Says nothing, or has written it at once.
        'e2e/stories/host/story-host.ts',
        'libs/service/src/end-by-faults.ts',
        'libs/service/src/node-version.ts',
        'tools/build.js',
        'tools/run-weir.js',
        'tools/kafka/kafka.js',
      );
    },
  );

  rule('only libs/postgres writes a digest as text', 'bytes must have one name, however they are stored', () =>
    outside(filesWith(/sha256:\$\{/), 'libs/postgres/src/sha256.ts'),
  );

  rule(
    'only libs/postgres says what text PostgreSQL cannot store',
    'one list that lacks a case stops a reader for everybody',
    () =>
      // A contract imports nothing, and the facts are about canonical JSON, which has U+0000.
      outside(
        filesWith(/WellFormed\(|includes\('\\(?:u0000|0)'|All\('\\u0000'/),
        'libs/contracts/',
        'apps/enrichment/src/build-facts/canonical-facts.ts',
      ).filter((file) => !file.endsWith('/storable-text.ts')),
  );

  rule(
    'only libs/domain names the shards of the log',
    'a reader of a name that nobody writes reads nothing for ever',
    () =>
      // An operator's view in SQL, a program that shares no code with what it looks at, and migrations, which never change.
      outside(
        filesWith(
          /['"`^](?:evaluation|action)\/|\b(?:evaluation|action)\)\\\/|\^action|(?:policy|feeds)\/0/,
          product.filter((file) => !file.startsWith('libs/event-store/') && !file.includes('/migrations/')),
        ),
        'libs/domain/',
        'apps/weir/src/compose/wait-until-settled.ts',
      ),
  );

  rule(
    'only libs/domain orders policies',
    'what the console lists, a set holds and a decision applies must be one order',
    () => outside(filesWith(/precedence - /), 'libs/domain/'),
  );

  rule(
    'only libs/domain finds why a decision desires what it does',
    'the API and webhooks must give the same reasons',
    () =>
      outside(
        filesWith(
          /results\.find\(/,
          product.filter((file) => file.startsWith('apps/')),
        ),
        'apps/evaluation/',
      ),
  );

  rule(
    'only libs/service says which addresses are public',
    'two lists disagree, and the gap is a way to the metadata service',
    () =>
      outside(
        filesWith(/BlockList|from 'ipaddr\.js'|\b(?:169\.254|192\.168|172\.16)\.\d/),
        'libs/service/src/outgoing/',
      ),
  );
});

describe('how it reads', () => {
  rule('no folder or file has a name that says nothing', 'a name should tell what is inside', () =>
    sources.filter((file) => /(^|\/)(utils?|common|shared|core|helpers?|misc)(\/|\.tsx?$)/.test(file)),
  );

  rule('no barrel stands inside a library or an app', 'an import should lead to the code', () =>
    sources.filter((file) => /src\/.+\/index\.tsx?$/.test(file)),
  );

  rule('libraries export by name', 'a star hides what is public', () => filesWith(/^export \* /m));

  rule('no type is loosened and no test left out', 'a rule is on, or it is removed with a reason', () =>
    filesWith(
      /\bas any\b|: any\b|@ts-(ignore|nocheck|expect-error)|eslint-disable|\b(describe|it|test)\.(only|skip|todo)\b/,
      sources,
    ),
  );

  rule('no source file is longer than 400 lines', 'a file should be read in one sitting', () =>
    sources.filter((file) => textOf(file).split('\n').length > 401),
  );
});

test('each decision has a number of its own, and says it in its first line', () => {
  const decisions = globSync('docs/adr/[0-9]*.md', { cwd: root, exclude: ['docs/adr/0000-*'] }).sort();
  const numberOf = (file: string): string => /(\d{4})-[a-z0-9-]+\.md$/.exec(file)?.[1] ?? file;
  expect(decisions.length).toBeGreaterThan(80);
  expect(
    decisions.filter((file) => !new RegExp(`^# 0*${Number(numberOf(file))}[.:] \\S`).test(textOf(file))),
    'because the first line names the decision: `# 0158: What a policy reads ...`',
  ).toEqual([]);
  const taken = [...Map.groupBy(decisions, numberOf).values()].filter((files) => files.length > 1);
  expect(taken, 'because a number stands for one decision: give the later one the next that is free').toEqual([]);
});

test('the page of the policy engine names each of its files once', () => {
  const engine = 'libs/policy/src/engine/';
  const page = textOf(`${engine}policy-engine.ts`);
  const named = [...page.slice(0, page.indexOf('*/')).matchAll(/^ \* +([\w/-]+(?:\.d)?\.ts) /gm)].map(
    ([, file]) => engine + (file ?? ''),
  );
  expect(named.toSorted(), 'because input cutting is where a stranger gets lost').toEqual(
    product.filter((file) => file.startsWith(engine)),
  );
});

test('no file imports itself by a detour', () => {
  const imports = new Map(sources.map((file) => [file, importsOf(file)]));
  const done = new Set<string>();
  const cycles: string[] = [];
  const visit = (file: string, path: readonly string[]): void => {
    if (path.includes(file)) cycles.push([...path.slice(path.indexOf(file)), file].join(' -> '));
    if (path.includes(file) || done.has(file)) return;
    for (const next of imports.get(file) ?? []) visit(next, [...path, file]);
    done.add(file);
  };
  for (const file of sources) visit(file, []);
  expect(cycles, 'because a cycle hides who depends on whom, and breaks when files load').toEqual([]);
});

/** The files of this repository that `file` imports by relative path and needs at run time. */
const importsOf = (file: string): string[] =>
  [...textOf(file).matchAll(/^(?:import|export) (?!type )[^;]*?from '(\.[^']+)\.js';/gm)]
    .map(([, path]) => join(dirname(file), path ?? ''))
    .flatMap((path) => sources.filter((source) => source === `${path}.ts` || source === `${path}.tsx`));

test('libs/domain imports nothing, not even Node', () => {
  const foreign = product
    .filter((file) => file.startsWith('libs/domain/'))
    .flatMap((file) => [...textOf(file).matchAll(/from '([^']+)'/g)].map(([, from]) => `${file}: ${from ?? ''}`))
    .filter((line) => !line.includes(': ./') && !line.includes(': ../'));
  expect(foreign, 'because a decision must be replayable from its arguments alone').toEqual([]);
});
