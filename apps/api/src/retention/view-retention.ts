import { deletedByTime, type Kept } from '@weir/service';
import type { ApiConfiguration } from '../config.js';

/** What is told of a delivery that is not over. */
const IS_OVER = `NOT jsonb_path_exists(r.deliveries, '$.* ? (@.status == "pending" || @.status == "retrying")')`;

/** How long lists reach back. A package shows its latest decision however old, and the log has all of them. */
export const viewRetention = ({
  DECISION_VIEW_DAYS: decisions,
  EFFECT_DAYS: effects,
}: Pick<ApiConfiguration, 'DECISION_VIEW_DAYS' | 'EFFECT_DAYS'>): readonly Kept[] => [
  { ...deletedByTime({ table: 'api.decision_view', time: 'decided_at' }), days: decisions },
  { ...deletedByTime({ table: 'api.decision_hour', time: 'hour' }), days: decisions },
  { ...deletedByTime({ table: 'api.effect_view', time: 'requested_at', mayGo: IS_OVER }), days: effects },
];
