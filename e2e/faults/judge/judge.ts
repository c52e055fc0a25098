import { runWeir } from '../../harness/weir-process.ts';
import type { Fault } from '../inflict-faults.ts';
import { TARGETS, type Target } from '../kill-plan.ts';
import { numbersOf, readChanges, readLedger, type LedgerLine } from '../load/ledger.ts';
import type { LoadCounts } from '../load/start-load.ts';
import type { WebhookEndpoints } from '../load/webhook-endpoints.ts';
import { countDecisions, type DecisionData } from './count-decisions.ts';
import { openChangeJudge } from './judge-changes.ts';
import { openEffectJudge } from './judge-effects.ts';
import { judgePresence } from './judge-presence.ts';
import { judgeState } from './judge-state.ts';
import { judgeTopic } from './judge-topic.ts';
import { openLogReader } from './read-log.ts';
import { recoveries, waitsOf } from './recovery.ts';
import { untilSettled, type OpenWork } from './until-settled.ts';
import type { Verdict } from './verdict.ts';

export interface Judging {
  /** Files that tell what was accepted and what was made. */
  readonly ledger: string;
  readonly changes: string;
  readonly load: LoadCounts;
  readonly endpoints: Pick<WebhookEndpoints, 'heard' | 'forged'>;
  readonly databaseUrl: string;
  readonly brokers: readonly string[];
  readonly faults: readonly Fault[];
  readonly say: (line: string) => void;
  readonly stop: AbortSignal;
}

/** Waits until nothing is open and the log stands still, then judges. */
export const judge = async (judging: Judging): Promise<Verdict> => {
  const { databaseUrl, brokers, faults, load, endpoints, say } = judging;
  const [lines, changes] = [readLedger(judging.ledger), readChanges(judging.changes)];
  const log = readJudged(judging);
  say(`waiting until ${total(lines, 'count')} accepted events are decided, and all that follows is done`);
  await untilSettled(log.reader, () => log.open(lines), judging);
  const [chain, state] = [await log.reader.compareWithHeads(), await log.state()];
  say('reading what was taken and what was published');
  const topic = await judgeTopic(brokers, log.decisions.shards);
  const wrongPresence = await judgePresence(brokers, log.decisions.presence);
  const { effects, deliveries, ...effectDefects } = log.effects.finding();
  for (const [defect, names] of Object.entries(log.effects.examples()))
    if (names.length > 0) say(`${defect}: ${names.join(', ')}`);
  return {
    accepted: total(lines, 'count'),
    decided: log.decisions.answers.size,
    lost: lostOf(lines, log.decisions.answers),
    duplicated: [...log.decisions.answers.values()].filter(({ times }) => times > 1).length,
    gaps: chain.gaps,
    logValid: await isValid(databaseUrl, chain.broken, say),
    ...topic,
    wrongPresence,
    ...state,
    feedsUnrecorded: log.changes.feedsUnrecorded(changes),
    policiesAstray: log.changes.policiesAstray(changes),
    ...effectDefects,
    webhooksForged: endpoints.forged(),
    load: { deletions: total(lines, 'deletions'), ...loadOf(load), effects, deliveries },
    kills: countKills(faults),
    pauses: faults.filter(({ what }) => what === 'pause').length,
    decidedAfterMs: waitsOf(lines, log.decisions.answers),
    recoveryMs: recoveries(lines, log.decisions.answers, faults),
  };
};

/** The log, and everything that is judged by it, kept as far as it was read. */
const readJudged = ({ databaseUrl, endpoints }: Pick<Judging, 'databaseUrl' | 'endpoints'>) => {
  const [decisions, effects, changes] = [countDecisions(), openEffectJudge(endpoints.heard), openChangeJudge()];
  const reader = openLogReader(databaseUrl, (row) => {
    if (row.shard.startsWith('action/')) effects.see(row);
    else if (!row.shard.startsWith('evaluation/')) changes.see(row);
    if (row.type !== 'DecisionRecorded') return;
    const data = JSON.parse(row.data) as DecisionData;
    decisions.see(row, data);
    effects.seeDecision(row, data);
  });
  const state = () => judgeState(databaseUrl, changes.policySetDigest());
  const open = async (lines: readonly LedgerLine[]): Promise<OpenWork> => {
    const { effectsOpen, effectsUnrequested } = effects.finding();
    return { undecided: lostOf(lines, decisions.answers), effectsOpen, effectsUnrequested, ...(await state()) };
  };
  return { decisions, effects, changes, reader, state, open };
};

const isValid = async (url: string, broken: string | null, say: (line: string) => void): Promise<boolean> => {
  const { code, stdout, stderr } = await runWeir(['log', 'verify', '--database', url, '--json']);
  if (broken !== null) say(`the chain breaks: ${broken}`);
  if (code !== 0) say(`weir log verify: ${stdout}${stderr}`);
  return broken === null && code === 0;
};

const total = (lines: readonly LedgerLine[], of: 'count' | 'deletions'): number =>
  lines.reduce((sum, line) => sum + line[of], 0);

const lostOf = (lines: readonly LedgerLine[], answers: ReadonlyMap<number, unknown>): number =>
  lines.reduce((sum, line) => sum + numbersOf(line).filter((number) => !answers.has(number)).length, 0);

const loadOf = ({ repeatedAtOnce, repeatedLate, feeds, policyChanges }: LoadCounts) => ({
  repeatedAtOnce,
  repeatedLate,
  feeds,
  policyChanges,
});

const countKills = (faults: readonly Fault[]): Record<Target, number> => {
  const count = (target: Target): number => faults.filter(({ what }) => what === target).length;
  return Object.fromEntries(TARGETS.map((target) => [target, count(target)])) as Record<Target, number>;
};
