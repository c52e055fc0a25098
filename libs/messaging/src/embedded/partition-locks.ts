import { connectClient, createClient, type Logger } from '@weir/postgres';
import type pg from 'pg';

/** Less than others wait: who does not hear of its locks owns no partition. */
const STATEMENT_MILLISECONDS = 5_000;

/** The partitions of one group that one process owns, as session advisory locks on a connection of their own. */
export interface PartitionLocks {
  /** Aborts when the connection, and with it every lock, is lost. */
  readonly lost: AbortSignal;
  /** How many processes serve the group now, this one included. */
  members(): Promise<number>;
  /** Whether this process owns the partition from now on. */
  tryTake(partition: number): Promise<boolean>;
  giveBack(partition: number): Promise<void>;
  /** Rejects when the connection is lost. */
  confirm(): Promise<void>;
  close(): Promise<void>;
}

/** Advisory locks have two numbers: the group's digest in this role, and the partition or the member's backend. */
const OWNER = `hashtext('weir.topic.owner/' || $1)`;
const MEMBER = `hashtext('weir.topic.member/' || $1)`;

const COUNT_MEMBERS = `
  SELECT count(*)::int AS members FROM pg_locks
  WHERE locktype = 'advisory' AND objsubid = 2 AND granted AND classid = ${MEMBER}::oid
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`;

/** The server ends the session, and with it the locks, half a minute after the machine of its owner vanished. */
const NOTICE_LOST_PEER = `SELECT set_config('tcp_keepalives_idle', '10', false), set_config('tcp_keepalives_interval', '5', false), set_config('tcp_keepalives_count', '4', false)`;

export const openPartitionLocks = async (
  databaseUrl: string,
  group: string,
  logger: Logger,
): Promise<PartitionLocks> => {
  const lost = new AbortController();
  const client = createClient({
    databaseUrl,
    name: `weir topic owner ${group}`,
    statementMillis: STATEMENT_MILLISECONDS,
  });
  const lose = (fault?: unknown): void => {
    if (lost.signal.aborted) return;
    if (fault !== undefined) logger.warn({ err: fault, group }, 'the connection that owns partitions was lost');
    lost.abort();
  };
  client.on('error', lose).on('end', () => lose());
  const ask = inTurn(client, lose);
  try {
    await connectClient(client, { statementMillis: STATEMENT_MILLISECONDS });
    await ask(NOTICE_LOST_PEER, []);
    await ask(`SELECT pg_advisory_lock(${MEMBER}, pg_backend_pid())`, [group]);
  } catch (fault) {
    await client.end().catch(() => undefined);
    throw fault;
  }
  return {
    lost: lost.signal,
    members: async () => (await ask<{ members: number }>(COUNT_MEMBERS, [group]))[0]?.members ?? 1,
    tryTake: async (partition) =>
      (await ask<{ taken: boolean }>(`SELECT pg_try_advisory_lock(${OWNER}, $2) AS taken`, [group, partition]))[0]
        ?.taken ?? false,
    giveBack: async (partition) => {
      await ask(`SELECT pg_advisory_unlock(${OWNER}, $2)`, [group, partition]);
    },
    confirm: async () => {
      await ask('SELECT 1', []);
    },
    close: async () => {
      lost.abort();
      await client.end().catch(() => undefined);
    },
  };
};

type Ask = <Row extends pg.QueryResultRow>(text: string, values: readonly unknown[]) => Promise<readonly Row[]>;

/** Asks one thing after the other: partitions are given back while others are taken. */
const inTurn = (client: pg.Client, lose: (fault: unknown) => void): Ask => {
  let turn: Promise<unknown> = Promise.resolve();
  return <Row extends pg.QueryResultRow>(text: string, values: readonly unknown[]) => {
    const answer = turn.then(async () => {
      try {
        return (await client.query<Row>(text, [...values])).rows;
      } catch (fault) {
        lose(fault);
        throw fault;
      }
    });
    turn = answer.catch(() => undefined);
    return answer;
  };
};
