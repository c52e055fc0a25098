import type { PackageName } from '../story-names.ts';
import type { Advisory } from '../story.ts';
import type { ModelPackage, ModelPolicy, ModelState, Terms, World } from './model-state.ts';
import { policyTwins, type Answer, type TwinFacts } from './policy-twins.ts';

/** A policy that is asked about a package, and what it says when it is not hindered. */
export interface Answered {
  readonly local: string;
  readonly policy: ModelPolicy;
  readonly terms: Terms;
  readonly answer: Answer;
}

/** What every active policy in whose scope a package is says of it at an instant. */
export const answersAbout = (state: ModelState, one: ModelPackage, world: World, now: number): readonly Answered[] => {
  const facts = factsOf(state, one, world);
  return [...state.policies].flatMap(([local, policy]) => {
    const terms = policy.active === null ? undefined : policy.revisions[policy.active - 1];
    if (!terms || policy.workspace !== one.named.workspace || !isInScope(terms, one.named)) return [];
    const answer = policyTwins[policy.template](facts, terms.parameters, now, world.engine);
    return [{ local, policy, terms, answer }];
  });
};

/** Whether a policy gives no answer about hostile packages, and so may be left alone about others too. */
export const isFragile = ({ policy }: Answered): boolean => policy.template.startsWith('fragile');

const factsOf = ({ advisories, scores, exploited }: ModelState, one: ModelPackage, world: World): TwinFacts => ({
  ...one.metadata,
  isDownloaded: one.isDownloaded,
  loadedAt: world.loadedAt,
  vulnerabilities: [...advisories]
    .filter(([, advisory]) => affects(advisory, one.named))
    .map(([local, { malicious = false }]) => ({
      score: scores.get(local) ?? null,
      isExploited: exploited.has(local),
      isMalicious: malicious,
    })),
});

const isInScope = ({ repositories }: Terms, { repository }: PackageName): boolean =>
  repositories.length === 0 || repositories.includes(repository);

const affects = ({ product, fixed, withdrawn = false }: Advisory, named: PackageName): boolean =>
  !withdrawn && product === named.product && (fixed === null || isBefore(named.version, fixed));

/** Of versions that are three whole numbers. */
const isBefore = (one: string, other: string): boolean => {
  const [a, b] = [one, other].map((version) => version.split('.').map(Number));
  const place = [0, 1, 2].find((i) => a?.[i] !== b?.[i]) ?? 0;
  return (a?.[place] ?? 0) < (b?.[place] ?? 0);
};
