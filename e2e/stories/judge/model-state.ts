import type { PackageName } from '../story-names.ts';
import type { Advisory, Engine, Feed, PolicyAction, ReviseStep, SaveStep, Template } from '../story.ts';

/** What is common to the stories of one Weir. */
export interface World {
  readonly startedAt: number;
  readonly loadedAt: Readonly<Record<Feed, number | null>>;
  readonly engine: Engine;
}

export interface Metadata {
  readonly license: string | null;
  readonly tags: readonly string[];
  readonly summary: string | null;
  readonly publishedAt: number | null;
}

export interface ModelPackage {
  readonly named: PackageName;
  metadata: Metadata;
  presence: 'present' | 'deleted';
  isDownloaded: boolean;
  /** Of policies: whether they matched when they last gave an answer; `unknown`: either may be so. */
  readonly lastMatch: Map<string, boolean | 'unknown'>;
}

export interface Terms {
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly repositories: readonly string[];
  readonly precedence: number;
  readonly terminal: boolean;
  readonly actions: readonly PolicyAction[];
  readonly onError: 'closed' | 'open' | 'hold';
}

export interface ModelPolicy {
  readonly workspace: string;
  readonly template: Template;
  readonly policyId: string;
  readonly revisions: Terms[];
  active: number | null;
}

/** What a story's accepted steps amount to. */
export interface ModelState {
  readonly packages: Map<string, ModelPackage>;
  readonly policies: Map<string, ModelPolicy>;
  readonly advisories: Map<string, Advisory>;
  readonly scores: Map<string, number>;
  readonly exploited: Set<string>;
  /** Workspaces in which a hostile package was there since the last moment that was compared. */
  readonly troubled: Set<string>;
}

export const emptyState = (): ModelState => ({
  packages: new Map(),
  policies: new Map(),
  advisories: new Map(),
  scores: new Map(),
  exploited: new Set(),
  troubled: new Set(),
});

const QUARANTINE: readonly PolicyAction[] = [{ type: 'SetPackageState', state: 'quarantined' }];

/** The terms that a step states, with those of the stories for what it leaves out: always sent in full. */
export const termsOf = (step: SaveStep | ReviseStep): Terms => ({
  parameters: step.parameters ?? {},
  repositories: step.scope?.repositories ?? [],
  precedence: step.precedence ?? 500,
  terminal: step.terminal ?? false,
  actions: step.actions ?? QUARANTINE,
  onError: step.onError ?? 'closed',
});

const DAY = 86_400_000;
/** Waiting periods end this long after a step at the earliest, so that no answer changes while one is judged. */
const BESIDE_STEPS = 25 * 60_000;

/** When a version was published, by what a step says of it. */
export const publishedAt = ({ startedAt }: Pick<World, 'startedAt'>, daysAgo: number): number =>
  startedAt - daysAgo * DAY + BESIDE_STEPS;
