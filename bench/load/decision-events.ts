import type { EventCatalog, NewEvent, NewEvidence } from '@weir/event-store';
import { digestOf } from '@weir/postgres';

export const BENCH_CATALOG: EventCatalog = { PackageEvaluated: { newest: 1, upcasters: [] } };

const result = (number: number, policy: number) => ({
  policyId: `policy-${policy}`,
  name: `Policy ${policy}`,
  revision: 1,
  match: number % 2 === 0,
  reasons: ['CVE-2025-1234 has EPSS 0.213 over 0.2'],
  output: JSON.stringify({ score: number / 7, cves: ['CVE-2021-23337', 'CVE-2020-8203'] }),
  error: null,
});

/** An event like a decision of version 4 in which so many policies say something: 1.9 KB with six. */
export const decisionEvent = (number: number, policies: number, evidence?: NewEvidence): NewEvent => ({
  type: 'DecisionRecorded',
  version: 4,
  subject: `acme/npm-production/pkg:npm/package-${number}@4.17.20`,
  data: {
    ...(evidence && { factsDigest: evidence.digest }),
    engineDigest: `sha256:${'ef'.repeat(32)}`,
    basis: `sha256:${'ab'.repeat(32)}`,
    said: `sha256:${'cd'.repeat(32)}`,
    decidedAt: '2026-08-02T09:30:00.000Z',
    results: Array.from({ length: policies }, (_, policy) => result(number, policy)),
    desired: { state: 'quarantined', tags: ['exceeded-epss'] },
  },
  metadata: {
    causationId: `packages.enriched.v1-3-${number}`,
    traceparent: '00-11111111111111111111111111111111-2222222222222222-01',
  },
  occurredAt: '2026-08-02T09:30:00.000Z',
});

/** About 2.8 KB of facts, different for each number. */
export const factsEvidence = (number: number): NewEvidence => {
  const vulnerability = (index: number) => ({
    identifier: `CVE-2021-${number}-${index}`,
    cvss: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H',
    epss: (number % 1000) / 1000,
    description: 'Prototype pollution in a function that merges objects. '.repeat(3),
  });
  const vulnerabilities = [0, 1, 2, 3, 4].map(vulnerability);
  const bytes = Buffer.from(JSON.stringify({ v0: { package: number, vulnerabilities }, v1: { vulnerabilities } }));
  return { digest: digestOf(bytes), kind: 'facts', bytes };
};

/** The row of such an event as text for COPY, with hashes of the right length. */
export const decisionCopyRow = (
  { type, version, subject, data, metadata, occurredAt }: NewEvent,
  position: number,
): string => {
  const hash = `\\\\x${'ab'.repeat(32)}`;
  const escaped = (value: unknown): string => JSON.stringify(value).replace(/\\/g, '\\\\');
  return `${['bench/0', position, type, version, subject, escaped(data), escaped(metadata), occurredAt, occurredAt, hash, hash].join('\t')}\n`;
};

/** Numbers `from` to `from + count`, in groups. */
export const inGroups = <T>(
  from: number,
  count: number,
  size: number,
  make: (number: number) => T,
): readonly (readonly T[])[] =>
  Array.from({ length: Math.ceil(count / size) }, (_, group) =>
    Array.from({ length: Math.min(size, count - group * size) }, (__, index) => make(from + group * size + index)),
  );
