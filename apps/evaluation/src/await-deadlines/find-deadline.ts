import type { ActivePolicy } from '@weir/contracts';
import type { PolicyResult } from '@weir/domain';
import { askPolicies, freshnessRead, policiesInScope, type Missing, type Question } from '@weir/judging';
import { least } from '../judge-packages/deadline-of.js';
import type { JudgePorts } from '../judge-packages/judge-packages.js';
import type { JudgementRow } from '../judge-packages/judgement-rows.js';
import { readFacts } from '../judge-packages/read-evidence.js';
import { HORIZON_MS, PRECISION_MS } from './horizon.js';

const HOUR_MS = 60 * 60 * 1000;
/** An answer of which nobody can say now when it changes is held for so long after it was given. */
const HELD_MS = 60_000;

/**
 * The rows with their deadlines: for each the first moment within a day of its judgement at which a policy that reads the
 * clock answers otherwise. It is asked hour by hour, and the moment within the hour is found to the second by halving; an
 * answer that comes and goes within an hour is noticed when the next day is looked through, or not at all.
 */
export const findDeadlines = async (
  ports: JudgePorts,
  rows: readonly JudgementRow[],
  now: number,
): Promise<readonly JudgementRow[]> => {
  const facts = await readFacts(ports.store, [...new Set(rows.flatMap(({ factsDigest }) => factsDigest ?? []))]);
  const searches = await Promise.all(rows.map((row) => searchOf(ports, row, facts, now)));
  const hours = await differingHours(ports, searches);
  const moments = await halved(ports, searches, hours);
  return rows.map((row, i) => {
    const found = moments[i] ?? (searches[i]?.from ?? now) + HELD_MS;
    return { ...row, deadline: least(new Date(found).toISOString(), row.retryAt), isMoving: false };
  });
};

/** A package's answers, to be asked at any instant of the day after its judgement. */
interface Search {
  readonly from: number;
  readonly question: Omit<Question, 'now'>;
}

const searchOf = async (
  { conditions }: JudgePorts,
  row: JudgementRow,
  facts: ReadonlyMap<string, Uint8Array | Missing>,
  now: number,
): Promise<Search> => {
  const { policySet, freshness } = await conditions.of(row.workspace);
  const scope = policiesInScope(policySet, row.repository);
  return {
    from: row.decidedAt === null ? now : Date.parse(row.decidedAt),
    question: {
      policySet,
      repository: row.repository,
      facts: facts.get(row.factsDigest ?? '') ?? NO_FACTS,
      freshness: freshnessRead(scope, freshness),
    },
  };
};

const NO_FACTS: Missing = { code: 'evidence_missing', message: 'The package has no facts.' };

/** An instant at which a search is asked. */
interface Look {
  readonly search: Search;
  readonly at: number;
}

/** What the policies that read the clock say, as comparable text; null when one of them fails. */
const askAt = async ({ engine }: JudgePorts, looks: readonly Look[]): Promise<readonly (string | null)[]> => {
  const questions = looks.map(({ search, at }): Question => ({ ...search.question, now: new Date(at).toISOString() }));
  const asked = await askPolicies(engine, questions, { only: readsClock });
  return asked.map(({ results }) => answerText(results));
};

const readsClock = (policy: ActivePolicy): boolean => policy.reads.clock;

const answerText = (results: readonly PolicyResult[]): string | null =>
  results.some(({ error }) => error !== null)
    ? null
    : JSON.stringify(results.map(({ policyId, match }) => [policyId, match === true]));

const HOURS = Array.from({ length: HORIZON_MS / HOUR_MS + 1 }, (_, hour) => hour);

/** An hour of the day that is searched, and what is answered at its begin. */
interface Hour {
  readonly hour: number;
  readonly answer: string;
}

/** For each search the first hour at whose end the answer differs from that at its begin; null when it cannot be asked, 24 when it stays. */
const differingHours = async (ports: JudgePorts, searches: readonly Search[]): Promise<readonly (Hour | null)[]> => {
  const looks = searches.flatMap((search) => HOURS.map((hour) => ({ search, at: search.from + hour * HOUR_MS })));
  const answers = await askAt(ports, looks);
  return searches.map((_, i) => {
    const own = answers.slice(i * HOURS.length, (i + 1) * HOURS.length);
    const [first] = own;
    if (first === undefined || first === null || own.includes(null)) return null;
    // Up to the first that differs all are as the first.
    const differing = own.findIndex((answer) => answer !== first);
    return { hour: differing < 0 ? HOURS.length - 1 : differing - 1, answer: first };
  });
};

/** The first moment of the hour that answers like its end; the horizon where no hour differs. */
const halved = async (
  ports: JudgePorts,
  searches: readonly Search[],
  hours: readonly (Hour | null)[],
): Promise<readonly (number | null)[]> => {
  const spans = searches.map(({ from }, i) => spanOf(from, hours[i] ?? null));
  const open = spans.flatMap((span, i) => (span && span.low < span.high ? [i] : []));
  for (let width = HOUR_MS; open.length > 0 && width > PRECISION_MS; width /= 2) {
    const between = await askAt(ports, looksBetween(searches, spans, open));
    if (between.includes(null)) return spans.map((span, i) => (open.includes(i) ? null : (span?.high ?? null)));
    open.forEach((i, n) => {
      const span = spans[i];
      if (!span) return;
      if (between[n] === hours[i]?.answer) span.low = middle(span);
      else span.high = middle(span);
    });
  }
  return spans.map((span) => span?.high ?? null);
};

interface Span {
  low: number;
  high: number;
}

const spanOf = (from: number, found: Hour | null): Span | null => {
  if (found === null) return null;
  const { hour } = found;
  const low = from + hour * HOUR_MS;
  return hour >= HOURS.length - 1 ? { low, high: low } : { low, high: low + HOUR_MS };
};

const middle = ({ low, high }: Span): number => Math.floor((low + high) / 2);

const looksBetween = (
  searches: readonly Search[],
  spans: readonly (Span | null)[],
  open: readonly number[],
): readonly Look[] =>
  open.flatMap((i) => {
    const [search, span] = [searches[i], spans[i]];
    return search && span ? [{ search, at: middle(span) }] : [];
  });
