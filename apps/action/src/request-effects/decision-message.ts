import { ASKS_FOR_NOTHING, DECISION_HEADERS, decisionDataSchema, decisionEventSchema } from '@weir/contracts';
import { messageText, type TopicMessage } from '@weir/messaging';
import { storableText } from '@weir/postgres';
import { z } from 'zod';

const { desired, results, repository, package: named } = decisionDataSchema.shape;

const resultSchema = results.element
  .pick({ policyId: true, reasons: true, error: true })
  .transform(({ policyId, reasons = [], error = null }) => ({ policyId, reasons, error }));

/** What acting needs of the contract, and no more: what is added or widened elsewhere in it does not stop the acting. */
const readSchema = decisionEventSchema.pick({ id: true, type: true, shard: true, position: true }).extend({
  data: decisionDataSchema
    .pick({ workspace: true, repository: true, package: true, presence: true, desired: true })
    .extend({
      repository: repository.pick({ name: true }),
      package: named.pick({ purl: true }),
      desired: desired
        .pick({ state: true, tags: true })
        .extend({ because: desired.shape.because.element.pick({ policyId: true, name: true }).array() }),
      results: z.unknown().array(),
    }),
});

type Read = z.output<typeof readSchema>;

/** `results`: of the policies that ask for something. */
export type Decision = Omit<Read, 'data'> & {
  readonly data: Omit<Read['data'], 'results'> & { readonly results: readonly z.output<typeof resultSchema>[] };
};

/** A decision as it came from the topic, and its place in the log. */
export interface DecisionMessage {
  readonly packageKey: string;
  readonly sourceShard: string;
  readonly position: number;
  /** No policy asks for anything: there is something to do only where something was asked for before. */
  readonly asksForNothing: boolean;
  /** @throws when the message is not what the relay publishes and was not read yet: see `decisionMessageOf`. */
  readonly decision: () => Decision;
  readonly traceparent: string | null;
}

/**
 * A decision that asks for nothing is read when somebody wants it: most are about packages that nothing was ever asked for.
 * @throws when another message is not what the relay of evaluation publishes: a permanent fault, so it becomes a dead letter.
 */
export const decisionMessageOf = (message: TopicMessage): DecisionMessage => {
  const { key: packageKey, headers } = message;
  const traceparent = headers['traceparent'] ?? null;
  const place = headers[DECISION_HEADERS.asks] === ASKS_FOR_NOTHING ? placeIn(headers) : null;
  if (place !== null)
    return { packageKey, ...place, asksForNothing: true, decision: () => storable(readDecision(message)), traceparent };
  const read = readDecision(message);
  const decision = storable(read);
  return {
    packageKey,
    sourceShard: read.shard,
    position: Number(read.position),
    asksForNothing: false,
    decision: () => decision,
    traceparent,
  };
};

const readDecision = (message: TopicMessage): Read => readSchema.parse(JSON.parse(messageText(message)));

const placeSchema = decisionEventSchema.pick({ shard: true, position: true });

const placeIn = (headers: TopicMessage['headers']): Pick<DecisionMessage, 'sourceShard' | 'position'> | null => {
  const { success, data } = placeSchema.safeParse({
    shard: headers[DECISION_HEADERS.shard],
    position: headers[DECISION_HEADERS.position],
  });
  return success ? { sourceShard: data.shard, position: Number(data.position) } : null;
};

/** Most policies ask for nothing, and what those said is not looked at. */
const resultsOfAsking = ({ desired: { because }, results: all }: Read['data']): Decision['data']['results'] => {
  const asking = new Set<unknown>(because.map(({ policyId }) => policyId));
  return all
    .filter((result) => asking.has((result as { readonly policyId?: unknown } | null)?.policyId))
    .map((result) => resultSchema.parse(result));
};

/** Policies may say what no text column can hold. */
const storable = ({ data, ...event }: Read): Decision => ({
  ...event,
  data: {
    ...data,
    repository: { name: storableText(data.repository.name) },
    desired: {
      state: data.desired.state,
      tags: data.desired.tags.map(storableText),
      because: data.desired.because.map((wish) => ({ ...wish, name: storableText(wish.name) })),
    },
    results: resultsOfAsking(data).map(({ policyId, reasons, error }) => ({
      policyId,
      reasons: reasons.map(storableText),
      error: error && { code: storableText(error.code), message: storableText(error.message) },
    })),
  },
});
