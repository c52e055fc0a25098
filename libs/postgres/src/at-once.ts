import pg from 'pg';

/** What the driver has and its types do not tell: whether statements wait for the answers before them, and where they are written. */
interface Driver {
  pipeline: boolean;
  readonly connection?: { readonly stream?: { cork(): void; uncork(): void } };
}

/**
 * Asks statements of one connection without waiting for the answers between them: they go out as one write, and are answered
 * in order. Each sees what those before it did. `ask` begins them in their order and returns what to wait for; none may be a
 * stream (`copyInto` knows).
 * Invariant: when it settles, nothing is under way any more. It rejects with the fault that was the first: what comes
 * after it only says that the transaction is aborted.
 */
export const atOnce = async <Answers extends readonly unknown[]>(
  client: pg.ClientBase,
  ask: () => { readonly [Index in keyof Answers]: Promise<Answers[Index]> },
): Promise<Answers> => {
  const driver = client as unknown as Driver;
  const before = driver.pipeline;
  driver.pipeline = true;
  try {
    return await allOrFirst(asOneWrite(driver, ask));
  } finally {
    driver.pipeline = before;
  }
};

/**
 * Runs parts that each ask statements, in order: at once where a batch is small, else one after the other, since a COPY of many
 * rows costs less than their INSERT.
 */
export const inOrder = async (
  client: pg.ClientBase,
  isSmall: boolean,
  parts: readonly (() => Promise<unknown>)[],
): Promise<void> => {
  if (isSmall) await atOnce(client, () => parts.map((part) => part()));
  else for (const part of parts) await part();
};

/** Whether what is asked now goes out without waiting. */
export const isAtOnce = (client: pg.ClientBase): boolean => (client as unknown as Driver).pipeline;

const asOneWrite = <Asked>({ connection }: Driver, ask: () => Asked): Asked => {
  connection?.stream?.cork();
  try {
    return ask();
  } finally {
    connection?.stream?.uncork();
  }
};

const allOrFirst = async <Answers extends readonly unknown[]>(asked: {
  readonly [Index in keyof Answers]: Promise<Answers[Index]>;
}): Promise<Answers> => {
  const outcomes = await Promise.allSettled(asked);
  const faults = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason as unknown] : []));
  if (faults.length > 0) throw faults.find((fault) => !isAborted(fault)) ?? faults[0];
  return outcomes.map((outcome) => (outcome as PromiseFulfilledResult<unknown>).value) as unknown as Answers;
};

/** in_failed_sql_transaction: said of whatever comes after the statement that failed. */
const isAborted = (fault: unknown): boolean => fault instanceof pg.DatabaseError && fault.code === '25P02';
