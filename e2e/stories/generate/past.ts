import type { Template } from '../story.ts';
import type { Without } from './timeline.ts';

/** What the story so far has brought about, as far as the next step depends on it. */
export interface Past {
  /** Events that can be told again, by id; those of packages that were published can be lent to another workspace. */
  readonly events: {
    readonly id: string;
    readonly package: string;
    readonly isPublication: boolean;
    isLent: boolean;
  }[];
  readonly packages: Map<string, { isPresent: boolean; isPublished: boolean }>;
  readonly policies: Map<string, { readonly template: Template; revisions: number; isActive: boolean }>;
  readonly advisories: Map<
    string,
    { readonly product: string; readonly fixed: string | null; readonly malicious: boolean; withdrawn: boolean }
  >;
  readonly exploited: Set<string>;
  /** Hostile packages that are there. */
  readonly hostile: string[];
  readonly counter: { count: number };
  readonly without: Without;
}

export const PRODUCTS = ['p1', 'p2', 'p3'] as const;

export const emptyPast = (without: Without): Past => ({
  events: [],
  packages: new Map(),
  policies: new Map(),
  advisories: new Map(),
  exploited: new Set(),
  hostile: [],
  counter: { count: 0 },
  without,
});

export const nextId = (past: Past, letter: string): string => `${letter}${(past.counter.count += 1)}`;
