import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startBrokers, stopBrokers } from '../kafka/brokers.js';
import { freePort } from './free-port.js';

/** A broker that wants TLS and a login: user `weir`, password `right password`, SASL PLAIN. */
export interface SecuredKafka {
  readonly bootstrap: string;
  /** PEM of the authority that signed its certificate. */
  readonly authority: string;
  stop(): Promise<void>;
}

/** Starts one in `folder`. */
export const startSecuredKafka = async (folder: string): Promise<SecuredKafka> => {
  const [brokers, store, authority] = [join(folder, 'brokers'), join(folder, 'broker.p12'), join(folder, 'broker.pem')];
  mkdirSync(brokers);
  makeCertificate(store, authority);
  const port = await freePort();
  await startBrokers({
    folder: brokers,
    count: 1,
    signal: AbortSignal.timeout(110_000),
    say: () => undefined,
    own: secured(port, store),
  });
  return { bootstrap: `127.0.0.1:${port}`, authority, stop: () => stopBrokers(brokers).then(() => undefined) };
};

/** A certificate for 127.0.0.1 that signs itself, so that it is its own authority. */
const makeCertificate = (store: string, authority: string): void => {
  const keytool = (...args: string[]) =>
    execFileSync('keytool', [...args, '-keystore', store, '-storepass', 'changeit', '-alias', 'broker'], {
      stdio: 'pipe',
    });
  keytool(
    '-genkeypair',
    '-keyalg',
    'EC',
    '-dname',
    'CN=127.0.0.1',
    '-ext',
    'san=ip:127.0.0.1',
    '-ext',
    'bc=ca:true',
    '-validity',
    '30',
    '-storetype',
    'PKCS12',
  );
  writeFileSync(authority, keytool('-exportcert', '-rfc'));
};

const PLAIN_LOGIN = 'org.apache.kafka.common.security.plain.PlainLoginModule required user_weir="right password";';

/** A second listener of the local broker, by TLS and with a login, beside the open one that it starts with. */
const secured =
  (port: number, store: string) => (broker: { readonly port: number; readonly controllerPort: number }) => ({
    listeners: `PLAINTEXT://127.0.0.1:${broker.port},CONTROLLER://127.0.0.1:${broker.controllerPort},SECURE://127.0.0.1:${port}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${broker.port},SECURE://127.0.0.1:${port}`,
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,SECURE:SASL_SSL',
    'sasl.enabled.mechanisms': 'PLAIN',
    'listener.name.secure.plain.sasl.jaas.config': PLAIN_LOGIN,
    'listener.name.secure.ssl.keystore.type': 'PKCS12',
    'listener.name.secure.ssl.keystore.location': store,
    'listener.name.secure.ssl.keystore.password': 'changeit',
  });
