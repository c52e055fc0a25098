import type { DecisionRecorded, PolicyResult } from '@weir/domain';
import { count, record, type LabelsOf } from '@weir/telemetry';

type Labels = LabelsOf<'decisions'> | LabelsOf<'stateChanges'> | LabelsOf<'policyResults'> | LabelsOf<'policyFaults'>;

/** Sums a batch up before it is counted: a counter costs more than a map. */
const tally = <L extends Labels>() => {
  const sums = new Map<string, { readonly labels: L; amount: number }>();
  return {
    add: (labels: L): void => {
      const key = JSON.stringify(labels);
      const known = sums.get(key);
      if (known) known.amount += 1;
      else sums.set(key, { labels, amount: 1 });
    },
    each: (tell: (amount: number, labels: L) => void): void => sums.forEach(({ labels, amount }) => tell(amount, labels)),
  };
};

/** Counts committed decisions, and how long the events among them waited; `now` is when they were committed. */
export const measureDecisions = (events: readonly DecisionRecorded[], now: Date): void => {
  const decisions = tally<LabelsOf<'decisions'>>();
  const changes = tally<LabelsOf<'stateChanges'>>();
  const results = tally<LabelsOf<'policyResults'>>();
  const faults = tally<LabelsOf<'policyFaults'>>();
  for (const { data } of events) {
    const { workspace, cause, desired, before } = data;
    decisions.add({ workspace, outcome: desired.state, cause: cause.kind });
    if (before && before.state !== desired.state) changes.add({ workspace, from: before.state, to: desired.state, cause: cause.kind });
    for (const result of data.results) {
      results.add({ workspace, policy: result.name, result: kindOf(result) });
      if (result.error) faults.add({ workspace, policy: result.name, code: result.error.code });
    }
    if (cause.kind === 'observation') record('decisionLatency', (now.getTime() - Date.parse(cause.observation.receivedAt)) / 1000, {});
  }
  decisions.each((amount, labels) => count('decisions', amount, labels));
  changes.each((amount, labels) => count('stateChanges', amount, labels));
  results.each((amount, labels) => count('policyResults', amount, labels));
  faults.each((amount, labels) => count('policyFaults', amount, labels));
};

const kindOf = ({ error, match }: PolicyResult): string => {
  if (error) return 'error';
  if (match === null) return 'undefined';
  return match ? 'match' : 'no_match';
};
