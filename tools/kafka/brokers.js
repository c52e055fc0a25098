// Starts and ends the brokers of a folder. A broker is only ever ended when its command line names that folder.
import { spawn, spawnSync } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  bootstrapOf,
  formattedMark,
  logFile,
  openCluster,
  propertiesFile,
  readRunning,
  waitForPorts,
  writeRunning,
} from './cluster-files.js';
import { kafkaJars } from './kafka-jars.js';
import { probe } from './probe.js';

const END_WITHIN_MS = 30_000;

/** Whether `pid` runs the broker `id` of `folder`: a pid may have been given to somebody else meanwhile. */
const isOurs = (folder, { id, pid }) =>
  spawnSync('ps', ['-ww', '-o', 'command=', '-p', String(pid)], { encoding: 'utf8' }).stdout?.includes(
    propertiesFile(folder, id),
  ) ?? false;

const livingOf = (folder) => readRunning(folder).filter((one) => isOurs(folder, one));

/**
 * Starts the brokers of `folder` that do not run and resolves to their addresses when a topic can be made and written.
 * When `signal` aborts or a broker ends, those that were started are ended again.
 */
export const startBrokers = async ({ folder, count, signal, say, own }) => {
  const cluster = await openCluster(folder, count, own);
  const living = livingOf(folder);
  const missing = cluster.brokers.filter(({ id }) => !living.some((one) => one.id === id));
  await Promise.all(missing.map(waitForPorts));
  const started = [];
  try {
    if (missing.length > 0) {
      const jars = kafkaJars(say);
      for (const { id } of missing) format(folder, cluster, id, jars);
      say(`starting ${missing.length} ${missing.length === 1 ? 'broker' : 'brokers'}`);
      for (const { id } of missing) started.push(start(folder, id, jars, count));
      writeRunning(folder, [...living, ...started]);
    }
    await probe(bootstrapOf(cluster), Math.min(count, 3), () => {
      signal.throwIfAborted();
      for (const one of started)
        if (!isOurs(folder, one))
          throw new Error(
            `Broker ${one.id} ended while it was starting. The end of ${logFile(folder, one.id)}:\n${tail(logFile(folder, one.id))}`,
          );
    });
  } catch (fault) {
    await end(folder, started);
    writeRunning(folder, living);
    // A Ctrl-C ends the Java that formats as well; it is heard of here once its turn comes, and says more than that end.
    await sleep(0);
    signal.throwIfAborted();
    throw fault;
  }
  return {
    bootstrap: bootstrapOf(cluster),
    brokers: cluster.brokers.map(({ id, port }) => ({
      id,
      port,
      pid: [...living, ...started].find((one) => one.id === id).pid,
    })),
  };
};

/** A broker that ran before starts without it: that is a Java process less, and a broker that was killed is back sooner. */
const format = (folder, { id: clusterId }, id, jars) => {
  if (existsSync(formattedMark(folder, id))) return;
  const args = [
    '-cp',
    join(jars, '*'),
    'kafka.tools.StorageTool',
    'format',
    '-t',
    clusterId,
    '-c',
    propertiesFile(folder, id),
    '--ignore-formatted',
  ];
  const { status, stdout, stderr } = spawnSync('java', args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`The storage of broker ${id} cannot be formatted:\n${stdout}${stderr}`);
};

/**
 * For a broker that lives for minutes beside what it serves: its optimising compiler and its collector's threads took
 * half of its CPU. A broker that runs for days is better off without.
 */
const JVM = ['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC'];

/** Detached, with a log file of its own: a Ctrl-C in the terminal does not reach it. */
const start = (folder, id, jars, count) => {
  const log = openSync(logFile(folder, id), 'a');
  const memory = count === 1 ? '-Xmx512m' : '-Xmx384m';
  const args = [
    memory,
    ...JVM,
    '-Dorg.apache.logging.log4j.level=WARN',
    '-cp',
    join(jars, '*'),
    'kafka.Kafka',
    propertiesFile(folder, id),
  ];
  const child = spawn('java', args, { detached: true, stdio: ['ignore', log, log] });
  closeSync(log);
  child.unref();
  return { id, pid: child.pid };
};

const tail = (file) => readFileSync(file, 'utf8').split('\n').slice(-15).join('\n');

/** Ends exactly the brokers that were started for `folder`; resolves to how many. Their data stays. */
export const stopBrokers = async (folder) => {
  const living = livingOf(folder);
  await end(folder, living);
  writeRunning(folder, []);
  return living.length;
};

const end = async (folder, brokers) => {
  for (const one of brokers) kill(folder, one, 'SIGTERM');
  for (const until = Date.now() + END_WITHIN_MS; Date.now() < until && brokers.some((one) => isOurs(folder, one));)
    await sleep(200);
  for (const one of brokers) kill(folder, one, 'SIGKILL');
};

const kill = (folder, one, signal) => {
  if (isOurs(folder, one)) process.kill(one.pid, signal);
};
