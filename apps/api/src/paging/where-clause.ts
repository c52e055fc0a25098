/** Conditions of a statement, joined by "and", with their values as parameters. */
export interface WhereClause {
  readonly text: string;
  readonly values: readonly unknown[];
}

/** One condition: SQL with `?` for each of its values, or null for one that does not apply. */
export type Condition = readonly [sql: string, ...values: readonly unknown[]] | null;

/** Numbers the parameters of all conditions that apply. */
export const whereClause = (conditions: readonly Condition[]): WhereClause => {
  const values: unknown[] = [];
  const texts = conditions.flatMap((condition) => {
    if (!condition) return [];
    const [sql, ...own] = condition;
    return [
      sql.replaceAll('?', () => {
        values.push(own.shift());
        return `$${values.length}`;
      }),
    ];
  });
  return { text: texts.length === 0 ? '' : `WHERE ${texts.join(' AND ')}`, values };
};

/** `column = value`, unless no value is asked for. */
export const equals = (column: string, value: unknown): Condition =>
  value === undefined ? null : [`${column} = ?`, value];
