import { comparedText, nextCursorSchema, pageQuery, strictObject } from '@weir/contracts';
import { parameterProblem, ProblemError } from '@weir/service';
import type pg from 'pg';
import { z } from 'zod';

/** Query of GET /v1/effects. */
export const listEffectsQuerySchema = strictObject({
  status: z
    .enum(['pending', 'delivered', 'failed', 'superseded', 'recorded'])
    .optional()
    .describe('Only effects that are so'),
  workspace: comparedText(500).optional().describe('Only effects on packages of this workspace'),
  package: comparedText(3_000)
    .optional()
    .describe('Only effects on the package with this key: workspace/repository/purl'),
  ...pageQuery,
});

const deliveryView = z.object({
  endpoint: z.string(),
  status: z.string(),
  attempts: z.int(),
  lastReason: z.string().nullable(),
  nextAttemptAt: z.string().nullable(),
  finishedAt: z.string().nullable(),
});

const effectView = z.object({
  effectId: z.string(),
  status: z.string(),
  packageKey: z.string(),
  kind: z.string(),
  change: z.unknown(),
  reasons: z.array(z.string()),
  decisionId: z.string(),
  requestedAt: z.string(),
  deliveries: z.array(deliveryView),
});

/** Effects for operators, newest first. */
export const effectListSchema = z.object({
  effects: z.array(effectView),
  nextCursor: nextCursorSchema,
});

export type ListEffectsQuery = z.output<typeof listEffectsQuerySchema>;
export type EffectList = z.infer<typeof effectListSchema>;
type EffectView = z.infer<typeof effectView>;
type DeliveryView = z.infer<typeof deliveryView>;

type EffectRow = Omit<EffectView, 'packageKey' | 'kind' | 'change' | 'reasons' | 'decisionId' | 'requestedAt'> & {
  readonly sequence: number;
  /** JSON of a `Request`. */
  readonly request: string;
};

type Request = Pick<EffectView, 'packageKey' | 'kind' | 'change' | 'reasons' | 'decisionId' | 'requestedAt'>;

const LIST = `
  SELECT e.effect_id AS "effectId", e.sequence::float8 AS sequence, e.status, e.request, coalesce(d.deliveries, '[]') AS deliveries
    FROM action.effect e
    LEFT JOIN LATERAL (
      SELECT jsonb_agg(jsonb_build_object('endpoint', endpoint, 'status', status, 'attempts', attempts, 'lastReason', last_reason,
               'nextAttemptAt', CASE WHEN status = 'pending' THEN due_at END, 'finishedAt', finished_at) ORDER BY endpoint) AS deliveries
        FROM action.delivery WHERE effect_id = e.effect_id) d ON true
   WHERE ($1::text IS NULL OR e.status = $1) AND ($2::text IS NULL OR e.package_key = $2) AND ($3::bigint IS NULL OR e.sequence < $3)
     AND ($5::text IS NULL OR starts_with(e.package_key, $5 || '/'))
   ORDER BY e.sequence DESC LIMIT $4`;

export const listEffects = async (pool: pg.Pool, query: ListEffectsQuery): Promise<EffectList> => {
  const { rows } = await pool.query<EffectRow>(LIST, [
    query.status ?? null,
    query.package ?? null,
    query.cursor === undefined ? null : parseCursor(query.cursor),
    query.limit + 1,
    query.workspace ?? null,
  ]);
  const page = rows.slice(0, query.limit);
  const last = rows.length > query.limit ? page.at(-1) : undefined;
  return { effects: page.map(viewOf), nextCursor: last ? cursorText(last.sequence) : null };
};

const cursorText = (sequence: number): string => Buffer.from(String(sequence)).toString('base64url');

const parseCursor = (cursor: string): string => {
  const sequence = Buffer.from(cursor, 'base64url').toString('utf8');
  if (/^[1-9]\d{0,15}$/.test(sequence)) return sequence;
  const detail = 'is no cursor: send nextCursor of the page before, unchanged, or leave it out';
  throw new ProblemError(parameterProblem('query', 'cursor', detail));
};

const viewOf = ({ effectId, status, request, deliveries }: EffectRow): EffectView => {
  const { packageKey, kind, change, reasons, decisionId, requestedAt } = JSON.parse(request) as Request;
  return {
    effectId,
    status,
    packageKey,
    kind,
    change,
    reasons,
    decisionId,
    requestedAt,
    deliveries: deliveries.map(inUtc),
  };
};

const inUtc = (delivery: DeliveryView): DeliveryView => ({
  ...delivery,
  nextAttemptAt: utc(delivery.nextAttemptAt),
  finishedAt: utc(delivery.finishedAt),
});

const utc = (time: string | null): string | null => (time === null ? null : new Date(time).toISOString());
