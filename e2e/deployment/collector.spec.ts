import { createSocket } from 'node:dgram';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freePort } from '../../tools/testing/free-port.js';
import { removeFolder, repositoryRoot, temporaryFolder } from '../harness/weir-process.js';
import { startProgram, type RunningProgram } from '../telemetry/running-program.js';
import { runTool } from './run-tool.js';

const TRACE = 'abcdefabcdefabcdefabcdefabcdef01';
const folder = temporaryFolder();
let loki: Server;
let collector: RunningProgram;
let logPort: number;
/** What was sent to Loki, as protobuf: texts stand in it as they are, a trace's id as 16 bytes. */
let received = Buffer.alloc(0);

const take = (request: IncomingMessage): void => {
  const chunks: Buffer[] = [];
  request
    .on('data', (chunk: Buffer) => chunks.push(chunk))
    .on('end', () => {
      if (request.url === '/otlp/v1/logs') received = Buffer.concat([received, gunzipSync(Buffer.concat(chunks))]);
    });
};

beforeAll(async () => {
  loki = createServer((request, answer) => {
    take(request);
    answer.end();
  });
  await new Promise<void>((resolve) => loki.listen(0, '127.0.0.1', resolve));
  logPort = await freePort();
  const health = await freePort();
  let text = readFileSync(join(repositoryRoot, 'deploy/otel-collector.yaml'), 'utf8');
  const places = {
    'http://loki:3100': `http://127.0.0.1:${(loki.address() as AddressInfo).port}`,
    'tempo:4317': '127.0.0.1:1',
    '0.0.0.0:5514': `127.0.0.1:${logPort}`,
    '0.0.0.0:13133': `127.0.0.1:${health}`,
    '0.0.0.0:4318': `127.0.0.1:${await freePort()}`,
    '0.0.0.0:4317': `127.0.0.1:${await freePort()}`,
  };
  for (const [from, to] of Object.entries(places)) {
    expect(text).toContain(from);
    text = text.replace(from, to);
  }
  const file = join(folder, 'collector.yaml');
  writeFileSync(file, text);
  collector = await startProgram('otelcol-weir', ['--config', file], {}, { port: health, path: '/' });
});

afterAll(async () => {
  await collector?.stop();
  loki.close();
  removeFolder(folder);
});

/** Sends a line as Docker's syslog driver does with the options of deploy/compose.yaml. */
const write = (container: string, line: string): Promise<void> =>
  new Promise((resolve, reject) => {
    const socket = createSocket('udp4');
    const message = `<30>1 ${new Date().toISOString().replace('Z', '000Z')} host ${container} 4711 ${container} - ${line}`;
    socket.send(message, logPort, '127.0.0.1', (fault) => {
      socket.close();
      if (fault) reject(fault);
      else resolve();
    });
  });

const until = async (isThere: () => boolean): Promise<boolean> => {
  for (let waited = 0; waited < 30_000 && !isThere(); waited += 100) await sleep(100);
  return isThere();
};

test('the configuration is one that the collector takes, of the version that compose runs', () => {
  const { code, stderr } = runTool('otelcol-weir', ['validate', '--config', 'deploy/otel-collector.yaml']);
  expect(code, stderr).toBe(0);
  const { stdout } = runTool('otelcol-weir', ['--version']);
  expect(readFileSync(join(repositoryRoot, 'deploy/compose.yaml'), 'utf8')).toContain(
    `opentelemetry-collector-contrib:${/\d+\.\d+\.\d+/.exec(stdout)?.[0] ?? 'none'}\n`,
  );
});

test('a line of a service reaches Loki whole, under the name of its service, and in its trace', async () => {
  const line = `{"level":40,"time":"${new Date().toISOString()}","name":"evaluation","trace_id":"${TRACE}","span_id":"00f067aa0ba902b7","msg":"A database connection was lost"}`;
  await write('weir-evaluation-1', line);
  expect(await until(() => received.includes(line)), received.toString('latin1')).toBe(true);
  expect(received.includes(Buffer.from(TRACE, 'hex')), 'the id of the trace').toBe(true);
  for (const text of [
    'service.name',
    'evaluation',
    'service.namespace',
    'weir',
    'service.instance.id',
    'weir-evaluation-1',
  ])
    expect(received.includes(text), text).toBe(true);
});

test('what is no JSON, or broken, reaches Loki as it is', async () => {
  for (const line of ['Error: Cannot find module', '{"level":30,"broken']) {
    await write('weir-ingest-1', line);
    expect(await until(() => received.includes(line)), line).toBe(true);
  }
  expect(received.includes('weir-ingest-1')).toBe(true);
});
