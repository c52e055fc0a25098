import type { EventStore } from '@weir/event-store';
import type { Topics } from '@weir/messaging';
import type { OpaCompiler } from '@weir/policy';
import type { Logger } from '@weir/postgres';
import type { Lists, ReadinessChecks } from '@weir/service';
import type pg from 'pg';
import type { ApiConfiguration } from './config.js';
import type { PolicyLibrary } from './policy-library/policy-library.js';

/** What the API needs from the process it runs in. */
export interface ApiPorts {
  /** Connects as weir_service; stays the caller's. */
  readonly pool: pg.Pool;
  /** For verdicts alone, so that nothing else that is asked keeps them waiting; stays the caller's. */
  readonly verdicts: pg.Pool;
  /** For what may look through whole tables; stays the caller's. */
  readonly lists: Lists;
  readonly eventStore: EventStore;
  /** The same log by connections for streams, which may read all of it; stays the caller's. */
  readonly streamStore: Pick<EventStore, 'read'>;
  /** The connections of streams, for what they tell beside the log; stay the caller's. */
  readonly streams: pg.Pool;
  /** Read for what was accepted and is not judged; stay the caller's. */
  readonly topics: Topics;
  /** Asked when a policy that is not the library's is saved, checked or activated; may take minutes. */
  readonly findCompiler: () => Promise<OpaCompiler>;
  /** null: there is no library, and every policy needs the compiler. */
  readonly library: PolicyLibrary | null;
  readonly clock: () => Date;
  readonly logger: Logger;
  readonly readiness: ReadinessChecks;
  readonly config: Pick<
    ApiConfiguration,
    'COMPILER_WAIT_MS' | 'STREAM_HEARTBEAT_MS' | 'STREAMS' | 'STREAMS_EACH' | 'DECISION_VIEW_DAYS' | 'EFFECT_DAYS'
  > &
    Partial<Pick<ApiConfiguration, 'API_KEYS'>>;
}

export const API_PORTS = Symbol('ApiPorts');
