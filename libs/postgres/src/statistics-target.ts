/** The part of an ALTER TABLE that has ANALYZE keep statistics of `columns` with this target: 0 keeps none, -1 goes back to the default. */
export const statisticsTarget = (columns: readonly string[], target: number): string =>
  columns.map((column) => `ALTER COLUMN ${column} SET STATISTICS ${target}`).join(', ');
