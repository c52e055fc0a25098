import { CreateLog1795323600000 } from './migrations/202611220500-create-log.js';
import { KeepEventsInline1795694400000 } from './migrations/202611261200-keep-events-inline.js';
import { PackEvidenceTogether1795714200000 } from './migrations/202611261730-pack-evidence-together.js';
import { VacuumLogByAge1795788600000 } from './migrations/202611271410-vacuum-log-by-age.js';
import { NameWhatSourcesAreOf1796077140000 } from './migrations/202611302219-name-what-sources-are-of.js';
import { RecordVerifications1796098200000 } from './migrations/202612010410-record-verifications.js';

/** Creates schema `log`. The owner runs them; role `weir_service` must exist and gets no more than it needs to append. */
export const eventStoreMigrations = [
  CreateLog1795323600000,
  KeepEventsInline1795694400000,
  PackEvidenceTogether1795714200000,
  VacuumLogByAge1795788600000,
  NameWhatSourcesAreOf1796077140000,
  RecordVerifications1796098200000,
];
