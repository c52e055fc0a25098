import { createKey, keyView, openKeyBookLog, revokeKey, rotateKey, type KeyBookLog, type KeyMade } from '@weir/api';
import {
  createKeySchema,
  rotateKeySchema,
  type CreateKeyBody,
  type KeyView,
  type RotateKeyBody,
} from '@weir/contracts';
import { eventCatalog, type Key, type KeyRefusal } from '@weir/domain';
import { openEventStore } from '@weir/event-store';
import { openPool } from '@weir/postgres';
import { createLogger, describeIssue, pointerOf, readKeyText, readKeyUse } from '@weir/service';
import type pg from 'pg';
import { askSystem, type RunningSystem, type SystemAnswer } from './ask-system.js';
import { WrongUse } from './exit-code-of.js';

/** Where keys are kept, as a command reaches them. Answers are those of the API, also on a database. */
export interface KeysAt {
  /** Whether a text that was made elsewhere can be registered. */
  readonly takesTexts: boolean;
  create(body: CreateKeyBody, text?: string): Promise<SystemAnswer>;
  list(): Promise<SystemAnswer>;
  rotate(keyId: string, body: RotateKeyBody): Promise<SystemAnswer>;
  revoke(keyId: string): Promise<SystemAnswer>;
}

/** The keys of a running system, by its API. */
export const keysOfSystem = (system: RunningSystem): KeysAt => ({
  takesTexts: false,
  create: (body) => askSystem(system, 'POST', '/v1/keys', body),
  list: () => askSystem(system, 'GET', '/v1/keys'),
  rotate: (keyId, body) => askSystem(system, 'POST', `/v1/keys/${encodeURIComponent(keyId)}/rotate`, body),
  revoke: (keyId) => askSystem(system, 'POST', `/v1/keys/${encodeURIComponent(keyId)}/revoke`),
});

interface Database {
  readonly databaseUrl: string;
  /** As the log will name whoever runs the command. */
  readonly by: string;
  readonly clock: () => Date;
}

/** The keys of a database, whether Weir runs on it or not: services that run have heard of a change within a second. */
export const withKeysOfDatabase = async <T>(
  { databaseUrl, by, clock }: Database,
  use: (keys: KeysAt) => Promise<T>,
): Promise<T> => {
  const logger = createLogger('weir');
  const pool = openPool({ databaseUrl, name: 'weir keys', logger, login: 'anybody', connections: 2 });
  try {
    return await use(keysOfLog(openKeyBookLog(openEventStore(pool, eventCatalog)), pool, by, clock));
  } finally {
    await pool.end();
  }
};

const keysOfLog = (log: KeyBookLog, pool: pg.Pool, by: string, clock: () => Date): KeysAt => {
  const asked = () => ({ principal: { name: by, keyId: null }, now: clock() });
  const view = async (key: Key): Promise<KeyView> =>
    keyView(key, (await readKeyUse(pool)).get(key.keyId) ?? null, clock().toISOString());
  const answer = async (outcome: KeyMade | KeyRefusal): Promise<SystemAnswer> =>
    'refused' in outcome ? refused(outcome) : { ok: true, body: { ...(await view(outcome.key)), key: outcome.text } };
  return {
    takesTexts: true,
    create: async (body, text) => {
      const made = text === undefined ? undefined : (readKeyText(text) ?? undefined);
      const wanted = checked(createKeySchema, body);
      return answer(await createKey(log, wanted, { ...asked(), isAdministered: false, ...(made && { made }) }));
    },
    list: async () => {
      const keys = [...(await log.book()).values()].reverse();
      return { ok: true, body: { keys: await Promise.all(keys.map(view)) } };
    },
    rotate: async (keyId, body) => answer(await rotateKey(log, keyId, checked(rotateKeySchema, body), asked())),
    revoke: async (keyId) => {
      const outcome = await revokeKey(log, keyId, asked());
      return 'refused' in outcome ? refused(outcome) : { ok: true, body: await view(outcome.key) };
    },
  };
};

const refused = ({ message }: KeyRefusal): SystemAnswer => ({ ok: false, body: { detail: message } });

interface Schema<T> {
  safeParse(
    value: unknown,
  ): { success: true; data: T } | { success: false; error: { issues: Parameters<typeof describeIssue>[0][] } };
}

const checked = <T>(schema: Schema<T>, value: unknown): T => {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new WrongUse(issue ? `${pointerOf(issue)} ${describeIssue(issue)}` : 'The key is not valid.');
};
