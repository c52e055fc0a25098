// The files of a local cluster: who its brokers are, how each is configured, and which processes run.
import { randomBytes, randomInt } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const LOOPBACK = '127.0.0.1';

export const propertiesFile = (folder, id) => join(folder, `broker-${id}`, 'server.properties');
export const logFile = (folder, id) => join(folder, `broker-${id}`, 'broker.log');
/** Kafka writes it as the last thing when it formats a broker's storage. */
export const formattedMark = (folder, id) => join(folder, `broker-${id}`, 'data', 'meta.properties');
export const bootstrapOf = ({ brokers }) => brokers.map(({ port }) => `${LOOPBACK}:${port}`);

const clusterFile = (folder) => join(folder, 'cluster.json');
const runningFile = (folder) => join(folder, 'running.json');
const read = (file) => (existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : null);

/** The cluster of `folder`: the one it holds, or a new one on free ports. `own` gives settings that a broker has beside these. Throws when it has another number of brokers. */
export const openCluster = async (folder, count, own = () => ({})) => {
  const known = read(clusterFile(folder));
  if (known !== null && known.brokers.length !== count)
    throw new Error(
      `${folder} holds a cluster of ${known.brokers.length} ${known.brokers.length === 1 ? 'broker' : 'brokers'}, not ${count}: name another folder with --data, or remove it.`,
    );
  const cluster = known ?? (await newCluster(count));
  for (const broker of cluster.brokers) {
    mkdirSync(join(folder, `broker-${broker.id}`), { recursive: true });
    writeFileSync(propertiesFile(folder, broker.id), properties(folder, cluster, broker, own(broker)));
  }
  writeFileSync(clusterFile(folder), JSON.stringify(cluster, null, 2));
  return cluster;
};

/** Kafka's cluster ids are 16 bytes in base64url and do not begin with a dash. */
const newCluster = async (count) => {
  const ports = await freePorts(2 * count);
  const brokers = Array.from({ length: count }, (_, index) => ({
    id: index + 1,
    port: ports[2 * index],
    controllerPort: ports[2 * index + 1],
  }));
  return { id: `W${randomBytes(16).toString('base64url').slice(1, 22)}`.padEnd(22, 'A'), brokers };
};

/** Below where systems take ports for outgoing connections: a broker that ended must find its own free when it comes back. */
const PORTS = [15_000, 30_000];

const freePorts = async (count) => {
  const ports = new Set();
  while (ports.size < count) {
    const port = randomInt(...PORTS);
    if (await isFree(port)) ports.add(port);
  }
  return [...ports];
};

const isFree = (port) =>
  new Promise((resolve) => {
    const server = createServer().once('error', () => resolve(false));
    server.listen(port, LOOPBACK, () => server.close(() => resolve(true)));
  });

const FREE_WITHIN_MS = 5_000;

/** Resolves when the ports of a broker that does not run are free, as they are a moment after it was killed. Throws with the cure when another holds one. */
export const waitForPorts = async ({ id, port, controllerPort }) => {
  for (const one of [port, controllerPort]) {
    const until = Date.now() + FREE_WITHIN_MS;
    while (!(await isFree(one))) {
      if (Date.now() > until)
        throw new Error(
          `Port ${one} of broker ${id} is in use. End what listens there, or name another folder with --data.`,
        );
      await sleep(100);
    }
  }
};

const properties = (folder, { brokers }, { id, port, controllerPort }, own) => {
  const copies = Math.min(brokers.length, 3);
  const inSync = copies >= 3 ? 2 : 1;
  const internal = (name) => ({
    [`${name}.replication.factor`]: copies,
    [`${name}.min.isr`]: inSync,
    [`${name}.num.partitions`]: 4,
  });
  const { 'offsets.topic.min.isr': _, ...offsets } = internal('offsets.topic');
  return Object.entries({
    'process.roles': 'broker,controller',
    'node.id': id,
    'controller.quorum.voters': brokers.map((one) => `${one.id}@${LOOPBACK}:${one.controllerPort}`).join(','),
    listeners: `PLAINTEXT://${LOOPBACK}:${port},CONTROLLER://${LOOPBACK}:${controllerPort}`,
    'advertised.listeners': `PLAINTEXT://${LOOPBACK}:${port}`,
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
    'inter.broker.listener.name': 'PLAINTEXT',
    'controller.listener.names': 'CONTROLLER',
    'log.dirs': join(folder, `broker-${id}`, 'data'),
    'auto.create.topics.enable': false,
    'default.replication.factor': copies,
    'min.insync.replicas': inSync,
    ...offsets,
    ...internal('transaction.state.log'),
    ...internal('share.coordinator.state.topic'),
    'group.initial.rebalance.delay.ms': 0,
    'num.network.threads': 2,
    'num.io.threads': 4,
    ...own,
  })
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');
};

/** The processes that were started for `folder`, as `{ id, pid }`; some may have ended since. */
export const readRunning = (folder) => read(runningFile(folder)) ?? [];
export const writeRunning = (folder, running) => {
  if (running.length === 0) rmSync(runningFile(folder), { force: true });
  else writeFileSync(runningFile(folder), JSON.stringify(running, null, 2));
};
