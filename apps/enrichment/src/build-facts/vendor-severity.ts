import type { Severity } from '@weir/contracts';
import type { AdvisoryRecord } from '../advisory-record/advisory-record.js';

const WORDS: Readonly<Record<string, Severity>> = {
  LOW: 'LOW',
  MODERATE: 'MEDIUM',
  MEDIUM: 'MEDIUM',
  IMPORTANT: 'HIGH',
  HIGH: 'HIGH',
  CRITICAL: 'CRITICAL',
};

const GRAVEST_FIRST: readonly Severity[] = ['CRITICAL', 'HIGH', 'MEDIUM', 'LOW'];

/** The gravest word in `database_specific.severity`; null when no advisory has one that is known. */
export function vendorSeverity(records: readonly AdvisoryRecord[]): Severity | null {
  const words = records.map((record) => record.database_specific?.['severity']);
  const read = words.map((word) => (typeof word === 'string' ? WORDS[word.toUpperCase()] : undefined));
  return GRAVEST_FIRST.find((severity) => read.includes(severity)) ?? null;
}
