import { CreateIntelligence1795326000000 } from './migrations/202611220540-create-intelligence.js';
import { AddFeedLoadTraceparent1795330800000 } from './migrations/202611220700-add-feed-load-traceparent.js';
import { VacuumInventoryWhenItChanges1795788840000 } from './migrations/202611271414-vacuum-inventory-when-it-changes.js';
import { LeaveFewDeadInventoryRows1795832040000 } from './migrations/202611280214-leave-few-dead-inventory-rows.js';
import { RecordObservations1796035200000 } from './migrations/202611301040-record-observations.js';
import { CompareFacts1796037000000 } from './migrations/202611301110-compare-facts.js';
import { HoldFilesBack1796061600000 } from './migrations/202611301800-hold-files-back.js';
import { TellEcosystemsApart1796069400000 } from './migrations/202611302010-tell-ecosystems-apart.js';
import { FillEcosystemLoads1796069460000 } from './migrations/202611302011-fill-ecosystem-loads.js';
import { QueueRenamedFormats1796072400000 } from './migrations/202611302100-queue-renamed-formats.js';
import { NameGoItself1796074200000 } from './migrations/202611302130-name-go-itself.js';
import { NameTopicsOfPositions1796077200000 } from './migrations/202611302220-name-topics-of-positions.js';
import { EndTheLedger1796096160000 } from './migrations/202612010336-end-the-ledger.js';
import { FindOldRows1796096220000 } from './migrations/202612010337-find-old-rows.js';

/** Creates schema `intelligence`. The owner runs them; role `weir_service` must exist. */
export const enrichmentMigrations = [
  CreateIntelligence1795326000000,
  AddFeedLoadTraceparent1795330800000,
  VacuumInventoryWhenItChanges1795788840000,
  LeaveFewDeadInventoryRows1795832040000,
  RecordObservations1796035200000,
  CompareFacts1796037000000,
  HoldFilesBack1796061600000,
  TellEcosystemsApart1796069400000,
  FillEcosystemLoads1796069460000,
  QueueRenamedFormats1796072400000,
  NameGoItself1796074200000,
  NameTopicsOfPositions1796077200000,
  EndTheLedger1796096160000,
  FindOldRows1796096220000,
];
