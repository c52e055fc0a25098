// npm run kafka -- up [--brokers 1|3] [--data DIR] [--json]   starts a real Apache Kafka without Docker
// npm run kafka -- down [--data DIR] [--json]                 ends exactly the brokers that `up` started there
import { mkdirSync, statSync, writeSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { startBrokers, stopBrokers } from './brokers.js';
import { missingForKafka } from './kafka-jars.js';

const USAGE = 'Use: npm run kafka -- up|down [--brokers 1|3] [--data DIR] [--json]';

// At once: the process is ended right after.
const say = (line) => void writeSync(process.stderr.fd, `kafka: ${line}\n`);
const wrongUse = (line) => {
  say(line);
  process.exit(2);
};

const readArguments = () => {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        brokers: { type: 'string', default: '1' },
        data: { type: 'string', default: '.weir/kafka' },
        json: { type: 'boolean', default: false },
      },
    });
  } catch (fault) {
    return wrongUse(`${fault.message}\n${USAGE}`);
  }
};

const up = async (folder, count, json) => {
  const missing = missingForKafka();
  if (missing !== null) wrongUse(missing);
  mkdirSync(folder, { recursive: true });
  const stop = new AbortController();
  const interrupt = () => stop.abort(new Error('interrupted: what was started is ended again'));
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  const { bootstrap, brokers } = await startBrokers({ folder, count, signal: stop.signal, say });
  if (!json) say(`ready; end it with: npm run kafka -- down --data ${folder}`);
  process.stdout.write(json ? `${JSON.stringify({ bootstrap, brokers, data: folder })}\n` : `${bootstrap.join(',')}\n`);
};

const down = async (folder, json) => {
  const ended = await stopBrokers(folder);
  if (json) process.stdout.write(`${JSON.stringify({ ended, data: folder })}\n`);
  else
    say(
      ended === 0
        ? `no broker of ${folder} was running`
        : `ended ${ended} ${ended === 1 ? 'broker' : 'brokers'}; the data stays in ${folder}`,
    );
};

const { values, positionals } = readArguments();
const [command, ...rest] = positionals;
const folder = resolve(values.data);
if (rest.length > 0 || (command !== 'up' && command !== 'down')) wrongUse(USAGE);
if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() === false)
  wrongUse(`--data is ${folder}, which is a file: name a folder`);
if (values.brokers !== '1' && values.brokers !== '3') wrongUse(`--brokers is 1 or 3, not ${values.brokers}`);
try {
  await (command === 'up' ? up(folder, Number(values.brokers), values.json) : down(folder, values.json));
} catch (fault) {
  say(fault.message);
  process.exitCode = 3;
}
