export { asRetryable, reaching } from './as-retryable.js';
export { atOnce, inOrder } from './at-once.js';
export { clearAtEnd, clearedAtEnd, isEnding, ProcessIsEnding } from './at-end.js';
export { asTemporary } from './as-temporary.js';
export { createBackOff, sleepUnless, type BackOff } from './back-off.js';
export { createBell, type Bell } from './bell.js';
export { connectionStringOf } from './connection-string.js';
export { databaseUrlField, faultOfDatabaseUrl, placeOfDatabase } from './database-url.js';
export { areFew, copyInto, type CopiedColumn, type CopiedType } from './copy-into.js';
export {
  compareView,
  asTheyAre,
  expected,
  mendView,
  openComparing,
  type Compared,
  type DerivedTable,
  type DerivedView,
  type Difference,
} from './derived-view.js';
export { groupBySize } from './group-by-size.js';
export { insertOrMerge } from './insert-or-merge.js';
export { keepGoing, type Kept } from './keep-going.js';
export { listen, type ListenOptions } from './listen.js';
export type { Logger } from './logger.js';
export { connectClient, createClient, withClient, type ClientOptions } from './open-client.js';
export {
  DEFAULT_CONNECTIONS,
  databaseFields,
  openPool,
  poolLimitsOf,
  type PoolLimits,
  type PoolOptions,
} from './open-pool.js';
export { createNotifier, type Notifier } from './notifier.js';
export { NotAble, reasonForStrangers } from './reason-for-strangers.js';
export { requireMigrations } from './require-migrations.js';
export { isTaken, retryWhenTaken } from './retry-when-taken.js';
export { mostUtf8Bytes } from './most-utf8-bytes.js';
export { Retryable } from './retryable.js';
export { digestBytes, digestOf, digestText, isDigest, sha256 } from './sha256.js';
export { storableJson, storableText, unstorableIn, type Unstorable } from './storable-text.js';
export { requireOwnSessions, SessionsAreShared } from './own-session.js';
export { LoginMayChangeLog, refuseStrongLogin, requireServiceLogin, SERVICE_ROLE } from './service-login.js';
export { Standstill } from './standstill.js';
export { statisticsTarget } from './statistics-target.js';
export { textArray } from './text-array.js';
export { textColumns } from './text-columns.js';
export { inTransaction, type TransactionOptions } from './transaction.js';
export { isTransient } from './transient-fault.js';
