import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, expect, onTestFinished, test } from 'vitest';
import { canTestOldNode, OLD_NODE } from '../tools/testing/old-node.js';
import { program, removeFolder, repositoryRoot, runWeir, temporaryFolder } from './harness/weir-process.js';

const data = temporaryFolder();
afterAll(() => removeFolder(data));

const SERVICES = ['ingest', 'enrichment', 'evaluation', 'action', 'api'];
const programOf = (service: string): string => join(repositoryRoot, 'apps', service, 'dist', 'main.js');

const run = (node: string, args: readonly string[], env: NodeJS.ProcessEnv = {}) =>
  new Promise<{ status: number | null; stderr: string }>((resolve) => {
    const child = spawn(node, args, {
      cwd: repositoryRoot,
      env: { PATH: process.env['PATH'], ...env },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.once('close', (status) => resolve({ status, stderr }));
  });

interface Line {
  readonly level: number;
  readonly msg: string;
  readonly [field: string]: unknown;
}
const linesOf = (text: string): readonly Line[] =>
  text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);

const FATAL = 60;

test.runIf(canTestOldNode())('a Node.js that is too old is told by its version, by every program', async () => {
  for (const service of SERVICES) {
    const { status, stderr } = await run(OLD_NODE, [programOf(service)]);
    expect(status, stderr).toBe(3);
    expect(linesOf(stderr)).toEqual([
      expect.objectContaining({
        level: FATAL,
        name: service,
        msg: expect.stringMatching(/Node\.js 20\.\d+\.\d+ is too old/) as unknown,
      }),
    ]);
  }
  for (const weir of [program, join(repositoryRoot, 'tools', 'run-weir.js')]) {
    const { status, stderr } = await run(OLD_NODE, [weir, 'up']);
    expect(status, stderr).toBe(3);
    expect(stderr).toMatch(/^weir: Node\.js 20\.\d+\.\d+ is too old.*\n$/);
  }
});

test('each service, wrongly configured, says so in log lines alone, and what was probably meant first', async () => {
  const env = { DATABSE_URL: 'postgres://weir:hunter2@127.0.0.1/weir', PARTITIONS: 'many' };
  const ended = await Promise.all(SERVICES.map((service) => run(process.execPath, [programOf(service)], env)));
  for (const { status, stderr } of ended) {
    expect(status).toBe(2);
    const lines = linesOf(stderr);
    expect(lines[0]?.msg).toBe('DATABSE_URL is set and nobody reads it: did you mean DATABASE_URL?');
    expect(lines.at(-1)).toMatchObject({
      level: FATAL,
      msg: expect.stringContaining('PARTITIONS is "many"') as unknown,
    });
    expect(stderr).not.toContain('hunter2');
  }
});

test('weir up, where nobody sits before it, says all in log lines, also what ends it; to a person a command speaks plainly', async () => {
  const env = { KAFKA_TSL: 'true', PARTITIONS: 'many' };
  const { code, stderr } = await runWeir(['up', '--port', '0', '--data', data], env);
  expect(code).toBe(3);
  const lines = linesOf(stderr);
  expect(lines).toContainEqual(expect.objectContaining({ level: 40, variable: 'KAFKA_TSL', likely: 'KAFKA_TLS' }));
  expect(lines.at(-1)).toMatchObject({ level: FATAL, msg: expect.stringContaining('PARTITIONS is "many"') as unknown });
  expect(lines.filter(({ level }) => level === FATAL)).toHaveLength(1);
  expect((await runWeir(['nonsense'])).stderr).toMatch(/^error: unknown command/);
});

test('weir up says at its start what it is', async () => {
  const { stderr } = await runWeir(['up', '--port', '0', '--data', data], {
    DATABASE_URL: 'postgres://weir:hunter2@127.0.0.1:1/weir',
    KAFKA_BROKERS: '127.0.0.1:1',
  });
  expect(linesOf(stderr)).toContainEqual(
    expect.objectContaining({
      msg: 'starting',
      database: { host: '127.0.0.1:1', database: 'weir' },
      topics: ['127.0.0.1:1'],
      partitions: 4,
    }),
  );
  expect(stderr).not.toContain('hunter2');
});

/** Takes every connection and says nothing. */
const blackHole = async (): Promise<string> => {
  const server = createServer(() => undefined).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
};

const upUntil = async (env: NodeJS.ProcessEnv, word: RegExp): Promise<{ code: unknown; stderr: string }> => {
  const folder = temporaryFolder();
  onTestFinished(() => removeFolder(folder));
  const child = spawn(process.execPath, [program, 'up', '--port', '0', '--data', folder], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let stderr = '';
  const ended = once(child, 'exit');
  await new Promise<void>((resolve) => {
    void ended.then(() => resolve());
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
      if (word.test(stderr)) resolve();
    });
  });
  child.kill('SIGINT');
  const [code] = (await ended) as [unknown];
  return { code, stderr };
};

test('weir up says what it waits for while Kafka or PostgreSQL takes everything and says nothing, and Ctrl-C ends it', async () => {
  const hole = await blackHole();
  const [topics, server] = [
    /waiting for the topics: no answer yet/,
    /Waiting for PostgreSQL at [0-9.:]+: no answer for 2 s/,
  ];
  const [kafka, postgres] = await Promise.all([
    upUntil({ KAFKA_BROKERS: hole }, topics),
    upUntil({ DATABASE_URL: `postgres://weir:hunter2@${hole}/weir` }, server),
  ]);
  expect(kafka.stderr).toMatch(topics);
  expect(postgres.stderr).toMatch(server);
  expect([kafka.code, postgres.code]).toEqual([0, 0]);
  expect(kafka.stderr + postgres.stderr).not.toContain('hunter2');
});

test('a fault that nobody caught is a log line, and the end', async () => {
  const script = `
    import { createLogger, endByFaults } from '@weir/service';
    endByFaults(createLogger('ingest'));
    setTimeout(() => Promise.reject(new Error('nobody waits for this')), 10);
    setInterval(() => undefined, 1000);`;
  const { status, stderr } = await run(process.execPath, ['--input-type=module', '--eval', script]);
  expect(status).toBe(3);
  expect(linesOf(stderr)).toEqual([
    expect.objectContaining({
      level: FATAL,
      err: expect.objectContaining({ message: 'nobody waits for this' }) as unknown,
    }),
  ]);
});
