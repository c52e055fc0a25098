import type pg from 'pg';
import { z } from 'zod';

export const listEffectsQuerySchema = z.object({
  status: z.enum(['pending', 'delivered', 'failed', 'superseded', 'recorded']).optional().describe('Only effects that are so'),
  package: z.string().max(2_000).optional().describe('Only effects on the package with this key: workspace/repository/purl'),
  limit: z.coerce.number().int().min(1).max(500).default(100).describe('Most effects in the answer'),
  before: z.coerce.number().int().min(1).optional().describe('The `next` of the answer before this one'),
});

export type ListEffectsQuery = z.output<typeof listEffectsQuerySchema>;

/** Effects for operators, newest first. */
export interface EffectList {
  readonly effects: readonly EffectView[];
  /** Value of `before` for the next page; null on the last one. */
  readonly next: number | null;
}

interface EffectView {
  readonly effectId: string;
  readonly status: string;
  readonly packageKey: string;
  readonly kind: string;
  readonly change: unknown;
  readonly reasons: readonly string[];
  readonly decisionId: string;
  readonly requestedAt: string;
  readonly deliveries: readonly DeliveryView[];
}

interface DeliveryView {
  readonly endpoint: string;
  readonly status: string;
  readonly attempts: number;
  readonly lastReason: string | null;
  readonly nextAttemptAt: string | null;
  readonly finishedAt: string | null;
}

type EffectRow = Omit<EffectView, 'packageKey' | 'kind' | 'change' | 'reasons' | 'decisionId' | 'requestedAt'> & {
  readonly sequence: number;
  readonly request: Pick<EffectView, 'packageKey' | 'kind' | 'change' | 'reasons' | 'decisionId' | 'requestedAt'>;
};

const LIST = `
  SELECT e.effect_id AS "effectId", e.sequence::float8 AS sequence, e.status, e.request, coalesce(d.deliveries, '[]') AS deliveries
    FROM action.effect e
    LEFT JOIN LATERAL (
      SELECT jsonb_agg(jsonb_build_object('endpoint', endpoint, 'status', status, 'attempts', attempts, 'lastReason', last_reason,
               'nextAttemptAt', CASE WHEN status = 'pending' THEN due_at END, 'finishedAt', finished_at) ORDER BY endpoint) AS deliveries
        FROM action.delivery WHERE effect_id = e.effect_id) d ON true
   WHERE ($1::text IS NULL OR e.status = $1) AND ($2::text IS NULL OR e.package_key = $2) AND ($3::bigint IS NULL OR e.sequence < $3)
   ORDER BY e.sequence DESC LIMIT $4`;

export const listEffects = async (pool: pg.Pool, query: ListEffectsQuery): Promise<EffectList> => {
  const { rows } = await pool.query<EffectRow>(LIST, [query.status ?? null, query.package ?? null, query.before ?? null, query.limit]);
  return { effects: rows.map(viewOf), next: rows.length === query.limit ? (rows.at(-1)?.sequence ?? null) : null };
};

const viewOf = ({ effectId, status, request, deliveries }: EffectRow): EffectView => {
  const { packageKey, kind, change, reasons, decisionId, requestedAt } = request;
  return { effectId, status, packageKey, kind, change, reasons, decisionId, requestedAt, deliveries: deliveries.map(inUtc) };
};

const inUtc = (delivery: DeliveryView): DeliveryView => ({ ...delivery, nextAttemptAt: utc(delivery.nextAttemptAt), finishedAt: utc(delivery.finishedAt) });

const utc = (time: string | null): string | null => (time === null ? null : new Date(time).toISOString());
