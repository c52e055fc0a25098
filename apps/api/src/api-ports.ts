import type { EventStore } from '@weir/event-store';
import type { Topics } from '@weir/messaging';
import type { OpaCompiler } from '@weir/policy';
import type { Logger } from '@weir/postgres';
import type { ReadinessChecks } from '@weir/service';
import type pg from 'pg';
import type { ApiConfiguration } from './config.js';
import type { PolicyLibrary } from './policy-library/policy-library.js';

/** What the API needs from the process it runs in. */
export interface ApiPorts {
  /** Connects as weir_service; stays the caller's. */
  readonly pool: pg.Pool;
  readonly eventStore: EventStore;
  /** Read for what was accepted and is not judged; stay the caller's. */
  readonly topics: Topics;
  /** Asked when a policy that is not the library's is saved, checked or activated; may take minutes. */
  readonly findCompiler: () => Promise<OpaCompiler>;
  /** null: there is no library, and every policy needs the compiler. */
  readonly library: PolicyLibrary | null;
  readonly clock: () => Date;
  readonly logger: Logger;
  readonly readiness: ReadinessChecks;
  readonly config: Pick<ApiConfiguration, 'COMPILER_WAIT_MS' | 'STREAM_HEARTBEAT_MS'> &
    Partial<Pick<ApiConfiguration, 'DECISION_VIEW_DAYS' | 'API_KEYS'>>;
}

export const API_PORTS = Symbol('ApiPorts');
