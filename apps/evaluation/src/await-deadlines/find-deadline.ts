import type { ActivePolicy } from '@weir/contracts';
import { SAME_AGAIN, type PolicyResult } from '@weir/domain';
import { askPolicies, freshnessRead, policiesInScope, type Missing, type Question } from '@weir/judging';
import { withMoment } from '../judge-packages/deadline-of.js';
import type { JudgePorts } from '../judge-packages/judge-packages.js';
import type { JudgementRow } from '../judge-packages/judgement-rows.js';
import { readFacts } from '../judge-packages/read-evidence.js';
import { HORIZON_MS, LOOK_MS, PRECISION_MS } from './horizon.js';

/** A moment at which a policy cannot be asked comes no sooner after the judgement: whatever is wrong may have ended by then. */
const HELD_MS = 60_000;

/**
 * The rows with their deadlines: for each the first moment within a day of its judgement at which a policy that reads the
 * clock answers otherwise, or fails. It is asked at every whole quarter-hour, where what follows hours, days and weekdays
 * changes in any time zone, and the moment between two of them is found to the second by halving. An answer that comes and
 * goes between two quarter-hours is not found: of a policy that may do so it is said when it is saved.
 */
export const findDeadlines = async (
  ports: JudgePorts,
  rows: readonly JudgementRow[],
  now: number,
): Promise<readonly JudgementRow[]> => {
  const facts = await readFacts(ports.store, [...new Set(rows.flatMap(({ factsDigest }) => factsDigest ?? []))]);
  const searches = await Promise.all(rows.map((row) => searchOf(ports, row, facts, now)));
  const spans = await halved(ports, await differingLooks(ports, searches));
  return rows.map((row, i) => withMoment(row, spans[i]?.high ?? now));
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
      freshness: freshnessRead(scope, freshness, row.package.type),
    },
  };
};

const NO_FACTS: Missing = { code: 'evidence_missing', message: 'The package has no facts.' };

/** An instant at which a search is asked. */
interface Look {
  readonly search: Search;
  readonly at: number;
}

/** What the policies that read the clock say, as comparable text; FAILS when one of them cannot be asked. */
const askAt = async ({ engine }: JudgePorts, looks: readonly Look[]): Promise<readonly string[]> => {
  const questions = looks.map(({ search, at }): Question => ({ ...search.question, now: new Date(at).toISOString() }));
  const answers = await askPolicies(engine, questions, { only: readsClock });
  return answers.map(({ results }) => answerText(results));
};

const readsClock = (policy: ActivePolicy): boolean => policy.reads.clock;

const FAILS = 'fails';

/** What a policy brings about itself is said like an answer: it may begin and end with time. */
const answerText = (results: readonly PolicyResult[]): string =>
  results.some(({ error }) => error !== null && !SAME_AGAIN.has(error.code))
    ? FAILS
    : JSON.stringify(results.map(({ policyId, match, error }) => [policyId, error?.code ?? match === true]));

/** Where the answer changes: after `low`, at which it is `answer` still, and not after `high`. */
interface Span {
  readonly search: Search;
  readonly answer: string;
  readonly low: number;
  readonly high: number;
}

/** The instants of the day after `from` at which is asked: at once, at each whole quarter-hour, and at the day's end. */
const looksFrom = (from: number): readonly number[] => {
  const first = Math.ceil((from + 1) / LOOK_MS) * LOOK_MS;
  const whole = Array.from({ length: HORIZON_MS / LOOK_MS }, (_, index) => first + index * LOOK_MS);
  return [from, ...whole.filter((at) => at < from + HORIZON_MS), from + HORIZON_MS];
};

/** For each search the first two looks between which the answer changes; the last moment of the day when it stays. */
const differingLooks = async (ports: JudgePorts, searches: readonly Search[]): Promise<readonly Span[]> => {
  const looks = searches.map(({ from }) => looksFrom(from));
  const answers = await askAt(
    ports,
    searches.flatMap((search, i) => (looks[i] ?? []).map((at) => ({ search, at }))),
  );
  let begin = 0;
  return searches.map((search, i) => {
    const instants = looks[i] ?? [];
    const own = answers.slice(begin, (begin += instants.length));
    const [answer = FAILS] = own;
    // What fails now says nothing of when it changes: held for its minute.
    const differing = answer === FAILS ? 0 : own.findIndex((other) => other !== answer);
    const look = differing < 0 ? instants.length - 1 : differing;
    const high = Math.max(instants[look] ?? search.from, own[look] === FAILS ? search.from + HELD_MS : 0);
    return { search, answer, low: differing <= 0 ? high : (instants[look - 1] ?? high), high };
  });
};

/** Each span as narrow as a moment can be found. */
const halved = async (ports: JudgePorts, spans: readonly Span[]): Promise<readonly Span[]> => {
  let narrowed = spans;
  for (let width = LOOK_MS; width > PRECISION_MS; width /= 2) {
    const open = narrowed.filter(({ low, high }) => low < high);
    if (open.length === 0) return narrowed;
    const answers = await askAt(
      ports,
      open.map((span) => ({ search: span.search, at: middle(span) })),
    );
    const answerAt = new Map(open.map((span, i) => [span, answers[i] ?? FAILS]));
    narrowed = narrowed.map((span) => narrower(span, answerAt.get(span)));
  }
  return narrowed;
};

const middle = ({ low, high }: Span): number => Math.floor((low + high) / 2);

const narrower = (span: Span, answer: string | undefined): Span => {
  if (answer === undefined) return span;
  if (answer === span.answer) return { ...span, low: middle(span) };
  const least = answer === FAILS ? span.search.from + HELD_MS : 0;
  return { ...span, high: Math.min(span.high, Math.max(middle(span), least)) };
};
