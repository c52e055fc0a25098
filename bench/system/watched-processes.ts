import type pg from 'pg';
import type { Watched } from '../measure/cpu-meter.ts';
import { backendLabels } from '../measure/postgres-work.ts';
import type { Flow } from './flow.ts';

/** Every process of the system; those of PostgreSQL by the service they work for. */
export const watchedProcesses = ({ services, broker, postgres }: Flow, judge: pg.Client): readonly Watched[] => [
  ...Object.values(services),
  { name: 'kafka', processId: broker.processId },
  { name: 'postgres', processId: postgres.processId, children: { labels: () => backendLabels(judge) } },
];
