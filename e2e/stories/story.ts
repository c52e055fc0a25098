import { z } from 'zod';

const strict = z.strictObject;
const name = z.string().min(1).max(60);

/**
 * What a reader expects of packages once the step is settled: checked against the model, which is checked against
 * Weir.
 */
const then = {
  then: z.record(z.string(), z.enum(['available', 'quarantined', 'hidden', 'deleted', 'unknown'])).optional(),
};
const step = <Kind extends string, Shape extends z.ZodRawShape>(kind: Kind, shape: Shape) =>
  z.strictObject({ do: z.literal(kind), ...shape, ...then });

/** `p1@1.0.0`, `staging/p1@1.0.0` or `b/staging/p1@1.0.0`: workspace `a` and repository `main` unless told. */
const packageName = z.string().regex(/^(?:(?:[a-z0-9]+\/)?[a-z0-9]+\/)?[a-z0-9-]+@\d+\.\d+\.\d+$/);

const metadata = {
  license: z.string().optional(),
  tags: z.array(z.string()).optional(),
  summary: z.string().optional(),
  /** Days before the story begins, less 25 minutes, so that no waiting period ends near a step. */
  publishedDaysAgo: z.int().optional(),
};

const action = z.discriminatedUnion('type', [
  strict({ type: z.literal('SetPackageState'), state: z.enum(['available', 'quarantined', 'hidden', 'deleted']) }),
  strict({ type: z.literal('AddPackageTags'), tags: z.array(z.string()) }),
  strict({ type: z.literal('RemovePackageTags'), tags: z.array(z.string()) }),
]);

const terms = {
  parameters: z.record(z.string(), z.json()).optional(),
  scope: strict({ repositories: z.array(z.string()).optional() }).optional(),
  precedence: z.int().optional(),
  terminal: z.boolean().optional(),
  actions: z.array(action).optional(),
  onError: z.enum(['closed', 'open', 'hold']).optional(),
};

const template = z.enum([
  'downloaded',
  'epss-over-threshold',
  'fragile',
  'fragile-wait',
  'gpl-anywhere',
  'known-exploited',
  'malicious-package',
  'prefixed',
  'published-too-recently',
  'scan-status',
  'stale-feed',
  'tagged',
]);

const kind = z.enum(['published', 'copied', 'deleted', 'downloaded']);

/** What a registry says; `id` names the event within the story. */
const event = step('event', { kind, id: name, package: packageName, timed: z.boolean().optional(), ...metadata });
/** The same event once more, to the byte. */
const again = step('again', { of: name });
/** Another event under the id of an earlier one: refused, or a dead letter that names it. */
const clash = step('clash', { of: name, package: packageName, ...metadata });
/** The event under the same source and id in another workspace: an event of its own. */
const borrow = step('borrow', { of: name, workspace: name, id: name });
/**
 * What is odd and not forbidden: refused by name or decided; a dead letter that names it is enough unless it is
 * `strict`.
 */
const oddity = z.enum(['licence-url', 'licence-plus', 'nul-in-header', 'long-key']);
const odd = step('odd', { id: name, oddity, strict: z.boolean().optional() });

const save = step('save', {
  policy: name,
  workspace: name.optional(),
  template,
  active: z.boolean().optional(),
  ...terms,
});
const revise = step('revise', { policy: name, active: z.boolean().optional(), ...terms });
const activate = step('activate', { policy: name, revision: z.int().optional() });
const deactivate = step('deactivate', { policy: name });

const advisory = strict({
  product: name,
  /** null: no version has it fixed. */
  fixed: z.string().nullable(),
  withdrawn: z.boolean().optional(),
  malicious: z.boolean().optional(),
});

/** Feeds that are loaded, with what they say anew; what they said before they go on saying. */
const load = step('load', {
  feeds: z.array(z.enum(['osv', 'epss', 'kev'])),
  advisories: z.record(name, advisory).optional(),
  scores: z.record(name, z.number()).optional(),
  exploited: z.record(name, z.boolean()).optional(),
});

const restart = step('restart', {
  workers: z.int().optional(),
  deadlineMillis: z.int().optional(),
  engine: z.enum(['genuine', 'broken']).optional(),
});
/**
 * The owner of the database takes the facts of a package out of the evidence, and hours pass; `unhide` puts them back.
 */
const hide = step('hide', { package: packageName, hours: z.number().positive() });
const unhide = step('unhide', {});
/** The owner of the log appends an event of a type, or a version, that nobody knows yet. */
const newer = step('newer', { type: z.string(), version: z.int() });
/** Nothing is done; `seconds` of the wall clock pass, by which the engine measures how long a policy is left alone. */
const rest = step('rest', { seconds: z.number().positive().optional() });

const own = [event, again, clash, borrow, odd, save, revise, activate, deactivate, rest] as const;
const ownStep = z.discriminatedUnion('do', [...own]);

/** Time jumps, at once after what is done before is settled. */
const pass = step('pass', { hours: z.number().positive(), steps: z.array(ownStep).optional() });
/** Several things one after the other, with nothing waited for in between. */
const together = step('together', { steps: z.array(ownStep) });
/** What is done, and then the process is killed and started again. */
const kill = step('kill', { postgres: z.boolean().optional(), steps: z.array(ownStep).optional() });

const anyStep = z.discriminatedUnion('do', [...own, together, kill, load, pass, restart, hide, unhide, newer]);

export const storySchema = strict({
  title: z.string(),
  given: strict({
    /** Feeds that are loaded before the first step, all unless told. */
    feeds: z.array(z.enum(['osv', 'epss', 'kev'])).optional(),
    workers: z.int().optional(),
    /** Of every topic; chosen once, as in any installation. */
    partitions: z.int().min(1).optional(),
    deadlineMillis: z.int().optional(),
    engine: z.enum(['genuine', 'broken']).optional(),
  }).optional(),
  steps: z.array(anyStep).max(200),
});

/** A lifecycle of packages as data. */
export type Story = z.infer<typeof storySchema>;
export type Step = z.infer<typeof anyStep>;
export type OwnStep = z.infer<typeof ownStep>;
export type EventStep = z.infer<typeof event>;
export type Oddity = z.infer<typeof oddity>;
export type SaveStep = z.infer<typeof save>;
export type ReviseStep = z.infer<typeof revise>;
export type LoadStep = z.infer<typeof load>;
export type Advisory = z.infer<typeof advisory>;
export type PolicyAction = z.infer<typeof action>;
export type Template = z.infer<typeof template>;
export type Engine = 'genuine' | 'broken';
export type Feed = 'osv' | 'epss' | 'kev';

/** Steps that concern all stories that are played side by side. */
export const isShared = (step: Step): boolean =>
  ['kill', 'load', 'pass', 'restart', 'hide', 'unhide', 'newer'].includes(step.do);
