// npm run -s keep:log -- NAME: what this version stores of a story, as e2e/fixtures/kept-logs/NAME.jsonl.gz (docs/how-to/evolve-an-event.md).
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import {
  databaseUrlOf,
  removeFolder,
  repositoryRoot,
  startWeirProcess,
  temporaryFolder,
} from '../harness/weir-process.ts';
import { dumpDatabase } from './dump-database.ts';
import { answersOf, tellStory } from './tell-story.ts';

const folder = join(repositoryRoot, 'e2e', 'fixtures', 'kept-logs');
const PARTITIONS = '2';

const keep = async (name: string): Promise<void> => {
  // One endpoint takes what it is told, the other never does.
  const receiver = createServer((request, response) => response.writeHead(request.url === '/taken' ? 204 : 503).end());
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  const { port } = receiver.address() as AddressInfo;
  const endpoint = (called: string) => ({
    name: called,
    url: `http://127.0.0.1:${port}/${called}`,
    secrets: [`whsec_${Buffer.alloc(24, 7).toString('base64')}`],
    allowPrivate: true,
  });
  const data = temporaryFolder();
  const weir = await startWeirProcess(data, {
    PARTITIONS,
    WEBHOOKS: JSON.stringify([endpoint('taken'), endpoint('refused')]),
  });
  try {
    await tellStory(weir.url);
    const answers = await answersOf(weir.url);
    const lines = await dumpDatabase(databaseUrlOf(data));
    mkdirSync(folder, { recursive: true });
    writeFileSync(
      join(folder, `${name}.jsonl.gz`),
      gzipSync(lines.map((line) => JSON.stringify(line)).join('\n'), { level: 9 }),
    );
    writeFileSync(join(folder, `${name}.answers.json`), `${JSON.stringify(answers, null, 1)}\n`);
  } finally {
    await weir.end('SIGTERM');
    receiver.close();
    removeFolder(data);
  }
};

const [name] = process.argv.slice(2);
if (name === undefined || !/^[a-z0-9.-]+$/.test(name)) {
  process.stderr.write('Name the version, such as: npm run -s keep:log -- 0.2.0\n');
  process.exitCode = 2;
} else {
  await keep(name);
  process.stdout.write(`${join('e2e', 'fixtures', 'kept-logs', name)}.jsonl.gz\n`);
}
