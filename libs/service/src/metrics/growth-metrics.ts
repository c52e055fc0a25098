/** What tells how large it is, and what was deleted. */
export const growthMetrics = {
  tableBytes: {
    name: 'weir_table_bytes',
    kind: 'gauge',
    unit: 'By',
    help: 'Bytes of a table with its indexes; every instance of the service that keeps it tells the same',
    labels: ['table'],
  },
  tableOldest: {
    name: 'weir_table_oldest_seconds',
    kind: 'gauge',
    unit: 's',
    help: 'Age of the oldest row of a table that has a retention; none while it is empty',
    labels: ['table'],
  },
  rowsDeleted: {
    name: 'weir_rows_deleted_total',
    kind: 'counter',
    unit: '',
    help: 'Rows that were deleted because their retention was over',
    labels: ['table'],
  },
  observationsForgotten: {
    name: 'weir_observations_forgotten_total',
    kind: 'counter',
    unit: '',
    help: 'Observations passed over, because they tell of a time of which the ledger of their package is gone: repeats, as far as anybody knows',
    labels: [],
  },
} as const;
