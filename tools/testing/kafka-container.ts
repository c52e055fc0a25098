import { spawnSync } from 'node:child_process';
import { freePort } from './free-port.js';

/** The same version as the local brokers (tools/kafka). */
const IMAGE = 'apache/kafka:4.4.0';
const BROKER_PORT = 9092;
const CONTROLLER_PORT = 9093;

/** Whether a Docker engine answers, not only whether its command is there. */
export const hasDocker = (): boolean =>
  spawnSync('docker', ['version', '--format', '{{.Server.Version}}'], { stdio: 'ignore', timeout: 10_000 }).status ===
  0;

/** One broker in a container that ends with the tests, even when they are killed. */
export const startKafkaContainer = async (): Promise<{
  readonly bootstrap: readonly string[];
  readonly stop: () => Promise<void>;
}> => {
  const { GenericContainer, Wait } = await import('testcontainers');
  // Clients are told the port by the broker, so it must be known before the container runs.
  const port = await freePort();
  const container = await new GenericContainer(IMAGE)
    .withExposedPorts({ container: BROKER_PORT, host: port })
    .withEnvironment({
      KAFKA_NODE_ID: '1',
      KAFKA_PROCESS_ROLES: 'broker,controller',
      KAFKA_CONTROLLER_QUORUM_VOTERS: `1@localhost:${CONTROLLER_PORT}`,
      KAFKA_CONTROLLER_LISTENER_NAMES: 'CONTROLLER',
      KAFKA_LISTENERS: `PLAINTEXT://:${BROKER_PORT},CONTROLLER://:${CONTROLLER_PORT}`,
      KAFKA_ADVERTISED_LISTENERS: `PLAINTEXT://localhost:${port}`,
      KAFKA_LISTENER_SECURITY_PROTOCOL_MAP: 'CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT',
      KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR: '1',
      KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR: '1',
      KAFKA_TRANSACTION_STATE_LOG_MIN_ISR: '1',
      KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS: '0',
      KAFKA_AUTO_CREATE_TOPICS_ENABLE: 'false',
    })
    .withWaitStrategy(Wait.forLogMessage(/Kafka Server started/))
    .start();
  return {
    bootstrap: [`${container.getHost()}:${port}`],
    stop: async () => {
      await container.stop();
    },
  };
};
