import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { downloadOpa } from './download-opa.js';
import { findOpa } from './find-opa.js';

vi.setConfig({ testTimeout: 30_000 });

const pretender = '#!/bin/sh\necho "Version: 9.9.9"\n';
let folder = '';

const place = async (path: string): Promise<void> => {
  await mkdir(join(path, '..'), { recursive: true });
  await writeFile(path, pretender);
  await chmod(path, 0o755);
};

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weir-find-opa-'));
  vi.stubEnv('OPA_PATH', '');
  vi.stubEnv('PATH', join(folder, 'bin'));
  vi.stubEnv('GOPATH', join(folder, 'go'));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true, force: true });
});

describe('finding the compiler', () => {
  it('takes OPA_PATH before all others', async () => {
    await place(join(folder, 'named'));
    await place(join(folder, 'bin', 'opa'));
    vi.stubEnv('OPA_PATH', join(folder, 'named'));
    expect(await findOpa({ cacheDirectory: folder })).toEqual({
      path: join(folder, 'named'),
      version: '9.9.9',
      origin: 'environment',
    });
  });

  it('does not go on when OPA_PATH is wrong', async () => {
    await place(join(folder, 'bin', 'opa'));
    vi.stubEnv('OPA_PATH', join(folder, 'nothing'));
    await expect(findOpa({ cacheDirectory: folder })).rejects.toThrow(
      'which does not run: name an OPA binary there, or unset it',
    );
  });

  it('takes PATH before the cache, and the cache when PATH has none that runs', async () => {
    await place(join(folder, 'cache', 'opa'));
    await place(join(folder, 'bin', 'opa'));
    const options = { cacheDirectory: join(folder, 'cache') };
    expect((await findOpa(options)).origin).toBe('path');
    await writeFile(join(folder, 'bin', 'opa'), 'not a program');
    expect((await findOpa(options)).origin).toBe('cache');
  });

  it('says what was tried and what to do when there is none', async () => {
    const message =
      /Tried OPA_PATH: not set; PATH: no opa that runs; cache: no opa in .*To save policies of your own, install OPA/;
    await expect(findOpa({ cacheDirectory: folder, download: false })).rejects.toThrow(message);
  });

  it('says that Go is not there and that no checksum is on record, instead of running what it cannot check', async () => {
    const lines: string[] = [];
    const found = findOpa({ cacheDirectory: join(folder, 'cache'), onProgress: (line) => lines.push(line) });
    await expect(found).rejects.toThrow(
      /Go: not installed; download: no checksum of opa_\S+ on record, set OPA_SHA256/,
    );
    expect(lines, 'progress of what is not done').toEqual([]);
    expect(await readdir(join(folder, 'cache'))).toEqual([]);
  });
});

describe('fetching a release', () => {
  let server: Server;
  let from = '';

  beforeEach(async () => {
    server = createServer((request, response) => response.writeHead(request.url === '/opa' ? 200 : 404).end(pretender));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    from = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    vi.stubEnv('PATH', '/usr/bin:/bin');
  });
  afterEach(() => new Promise((resolve) => server.close(resolve)));

  const sha256 = createHash('sha256').update(pretender).digest('hex');
  const download = (file: string, checksum: string) =>
    downloadOpa({
      target: join(folder, 'cache', 'opa'),
      onProgress: () => undefined,
      from,
      release: { file, sha256: checksum },
    });

  it('keeps a file whose checksum is the one on record', async () => {
    expect(await download('opa', sha256)).toEqual({ version: '9.9.9' });
    expect((await findOpa({ cacheDirectory: join(folder, 'cache') })).version).toBeDefined();
    expect(await readdir(join(folder, 'cache'))).toEqual(['opa']);
  });

  it('neither writes nor runs a file whose checksum is another', async () => {
    expect(await download('opa', '0'.repeat(64))).toEqual({
      failed: `download: opa has SHA-256 ${sha256}, expected ${'0'.repeat(64)}`,
    });
    await expect(readdir(join(folder, 'cache'))).rejects.toThrow('ENOENT');
  });

  it('tells the status of a file that is not there', async () => {
    expect(await download('gone', sha256)).toEqual({ failed: `download: ${from}/gone: status 404` });
  });
});
