import { chanceOf } from '../../tools/testing/random-cases.ts';
import { ask, post } from './http.ts';

interface Urls {
  readonly ingest: string;
  readonly api: string;
}

interface Told {
  readonly title?: string;
  readonly detail?: string;
  readonly allowed?: boolean;
}

/** What was answered to who asked at once, by its kind. */
export interface Answers {
  /** Questions answered as if nobody had sent the package. */
  readonly notKnown: readonly string[];
  readonly beingJudged: number;
  readonly judged: number;
  /** Packages that had no verdict in the end, though it was waited for. */
  readonly neverJudged: readonly string[];
  /** Answers to who asked for what nobody sent. */
  readonly ofNobody: ReadonlySet<string>;
}

const KINDS = ['published', 'published', 'copied', 'deleted', 'downloaded'] as const;
const REPOSITORIES = ['npm-dev', 'npm-prod'];

/** Sends events of any kinds in batches, and asks for each package at once after each 202, in all the ways there are. */
export const askAtOnce = async ({ ingest, api }: Urls, seed: number, rounds: number): Promise<Answers> => {
  const chance = chanceOf(seed);
  const notKnown: string[] = [];
  const ofNobody = new Set<string>();
  const sent = new Map<string, Set<string>>();
  const counts = { beingJudged: 0, judged: 0 };
  for (let round = 0; round < rounds; round += 1) {
    const events = Array.from({ length: 1 + chance.below(8) }, (_, i) => ({
      specversion: '1.0',
      id: `${round}-${i}`,
      source: '/at-once',
      type: `dev.weir.package.${chance.pick(KINDS)}.v1`,
      data: { repository: { name: chance.pick(REPOSITORIES) }, purl: `pkg:npm/%40once/p${chance.below(60)}@1.0.0` },
    }));
    const accepted = await post(ingest, '/v1/events', events, 'application/cloudevents-batch+json');
    if (accepted.status !== 202) throw new Error(`The events were answered with ${accepted.status}.`);
    for (const { data } of events) sent.set(data.purl, (sent.get(data.purl) ?? new Set()).add(data.repository.name));
    const questions = events.flatMap(({ data: { purl, repository } }) => waysToAsk(purl, repository.name));
    for (const [i, { status, body }] of (await Promise.all(questions.map((path) => ask<Told>(api, path)))).entries()) {
      if (status === 200 || status === 400) counts.judged += 1;
      else if (body.title === 'Being judged' && body.allowed === false) counts.beingJudged += 1;
      else notKnown.push(`SEED=${seed} ${questions[i] ?? ''}: ${status} ${body.detail ?? ''}`);
    }
    ofNobody.add((await ask<Told>(api, '/v1/verdict?purl=pkg:npm/nobody@1.0.0')).body.detail ?? '');
  }
  const neverJudged = await Promise.all(
    [...sent].flatMap(([purl, repositories]) =>
      [...repositories].map(async (repository) => {
        const { status } = await ask(api, `${verdictPath(purl, repository)}&wait=30`);
        return status === 200 ? [] : [`SEED=${seed} ${repository} ${purl}: ${status}`];
      }),
    ),
  );
  return { ...counts, notKnown, ofNobody, neverJudged: neverJudged.flat() };
};

const verdictPath = (purl: string, repository: string): string =>
  `/v1/verdict?${new URLSearchParams({ purl, repository }).toString()}`;

/** A package that several repositories have is asked for by the repository: else 400 names them. */
const waysToAsk = (purl: string, repository: string): readonly string[] => [
  verdictPath(purl, repository),
  `/v1/verdict?${new URLSearchParams({ purl }).toString()}`,
  `/v1/packages/${encodeURIComponent(purl)}?repository=${repository}`,
];
