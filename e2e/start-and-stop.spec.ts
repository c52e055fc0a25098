import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { expectOneMeaning } from '../tools/testing/pattern-flags.js';
import { ask, askUntil, post, publication } from './harness/http.js';
import { program, removeFolder, runWeir, startWeirProcess, temporaryFolder } from './harness/weir-process.js';

const data = temporaryFolder();
afterAll(() => removeFolder(data));

interface Verdict {
  allowed: boolean;
  state: string;
  decision: { id: string };
}
const verdictPath = `/v1/verdict?purl=${encodeURIComponent('pkg:npm/lodash@4.17.20')}&repository=npm-dev`;

describe('weir up', () => {
  test('starts on an empty folder, judges a first event, stops cleanly and finds everything again', async () => {
    const first = await startWeirProcess(data);
    expect((await ask(first.url, '/health')).body).toEqual({ status: 'alive' });
    expect((await ask(first.url, '/ready')).status).toBe(200);
    expect(
      (
        await post(
          first.url,
          '/v1/events',
          publication('first-1', 'pkg:npm/lodash@4.17.20'),
          'application/cloudevents+json',
        )
      ).status,
    ).toBe(202);
    const verdict = await askUntil<Verdict>(first.url, verdictPath, ({ status }) => status === 200);
    expect(verdict.body).toMatchObject({ allowed: true, state: 'available' });
    expect(await first.end('SIGINT')).toBe(0);

    const second = await startWeirProcess(data);
    expect((await ask<Verdict>(second.url, verdictPath)).body.decision.id).toBe(verdict.body.decision.id);
    expect(await second.end('SIGTERM')).toBe(0);
  });

  test('a second process on the same folder is refused, and says why and what to do', async () => {
    const weir = await startWeirProcess(data);
    const second = await runWeir(['up', '--port', '0', '--data', data]);
    expect(second.code).toBe(3);
    expect(second.stderr).toMatch(/already .*--data/s);
    expect(second.stdout).toBe('');
    await weir.end('SIGTERM');
  });

  test('a port that is in use ends the start with its number and the cure, and leaves no database behind', async () => {
    const weir = await startWeirProcess(data);
    const other = temporaryFolder();
    const { port } = new URL(weir.url);
    const { code, stdout, stderr } = await runWeir(['up', '--port', port, '--data', other]);
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    expect(stderr).toContain(`Port ${port} of 127.0.0.1 is in use`);
    expect(stderr).toContain('--port');
    expect(existsSync(join(other, 'cluster', 'postmaster.pid'))).toBe(false);
    removeFolder(other);
    await weir.end('SIGTERM');
  });

  test.each([
    [
      'a data folder that is a file',
      ['--data', fileURLToPath(import.meta.url)],
      {},
      /start-and-stop\.spec\.ts cannot be created.*--data/s,
    ],
    [
      'a database that does not answer',
      [],
      { DATABASE_URL: 'postgres://weir@127.0.0.1:1/weir' },
      /PostgreSQL at 127\.0\.0\.1:1 cannot be used as weir.*DATABASE_URL/s,
    ],
  ])('%s ends the start with the cure', async (_, args, env, words) => {
    const { code, stdout, stderr } = await runWeir(['up', '--port', '0', '--data', data, ...args], env);
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    expect(stderr).toMatch(words);
  });

  test.each([300, 900, 1500, 2100])(
    'a signal %i ms after the start ends it without leaving a process, and the next start works',
    async (millis) => {
      const fresh = temporaryFolder();
      const interrupted = spawn(process.execPath, [program, 'up', '--port', '0', '--data', fresh], { stdio: 'ignore' });
      const ended = new Promise((resolve) => interrupted.once('exit', resolve));
      await sleep(millis);
      interrupted.kill('SIGINT');
      await ended;
      expect(existsSync(join(fresh, 'cluster', 'postmaster.pid'))).toBe(false);
      const next = await startWeirProcess(fresh);
      expect((await ask(next.url, '/ready')).status).toBe(200);
      expect(await next.end('SIGTERM')).toBe(0);
      removeFolder(fresh);
    },
  );

  test('a wrong setting ends the start with its name and the cure', async () => {
    const { code, stderr } = await runWeir(['up', '--port', '0', '--data', data], { PARTITIONS: 'many' });
    expect(code).toBe(3);
    expect(stderr).toContain('PARTITIONS');
  });

  test('serves the console and the description of its API', async () => {
    const weir = await startWeirProcess(data);
    expect(await (await fetch(weir.url)).text()).toContain('<title>Weir</title>');
    const openApi = await ask<{ paths: Record<string, unknown> }>(weir.url, '/v1/openapi.json');
    expect(Object.keys(openApi.body.paths)).toEqual(
      expect.arrayContaining(['/v1/events', '/v1/policies', '/v1/verdict', '/v1/feeds/{kind}']),
    );
    expectOneMeaning(openApi.body);
    await weir.end('SIGTERM');
  });
});

describe('wrong use', () => {
  test.each([
    [['nonsense']],
    [['up', '--port', 'many']],
    [['feed', 'load', 'osv']],
    [['feed', 'load', 'weather', 'x']],
    [['eval']],
  ])('weir %j ends with 2 and says so on stderr', async (args) => {
    const { code, stdout, stderr } = await runWeir(args);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).not.toBe('');
  });

  test('--help lists every command and ends with 0', async () => {
    const { code, stdout } = await runWeir(['--help']);
    expect(code).toBe(0);
    for (const command of ['up', 'demo', 'feed', 'log', 'policy', 'eval']) expect(stdout).toContain(command);
  });
});
