import type pg from 'pg';

/** The texts of all dead letters: key, headers and value of each. */
export const readDeadLetters = async (database: pg.Client): Promise<readonly string[]> => {
  const { rows } = await database.query<{ key: string; headers: string; value: Buffer }>(
    `SELECT key, headers::text AS headers, value FROM topic.message
      WHERE topic LIKE '%.dead' ORDER BY topic, partition, "offset"`,
  );
  return rows.map(({ key, headers, value }) => `${key}\n${headers}\n${value.toString('utf8')}`);
};

/** How many dead letters the process says it made, where operators look. */
export const countedDeadLetters = async (url: string): Promise<number> => {
  const text = await (await fetch(new URL('/metrics', url))).text();
  const values = text
    .split('\n')
    .filter((line) => /^weir_dead_letters_total[{ ]/.test(line))
    .map((line) => Number(line.split(' ').at(-1)));
  return values.reduce((sum, value) => sum + value, 0);
};
