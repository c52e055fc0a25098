import type { EventStep } from '../story.ts';
import { publishedAt, type Metadata, type World } from './model-state.ts';

export type Told = Omit<EventStep, 'do' | 'id'>;

export const NOTHING_SAID: Metadata = { license: null, tags: [], summary: null, publishedAt: null };

/**
 * A publication says all there is; a copy has what it states, else what is known of it, else what its source said.
 * Other
 * events say nothing of the package itself.
 */
export const metadataAfter = (told: Told, known: Metadata, source: Metadata, world: World): Metadata => {
  switch (told.kind) {
    case 'published':
      return statedBy(told, world);
    case 'copied':
      return copied(statedBy(told, world), known, source);
    case 'deleted':
    case 'downloaded':
      return known;
    default: {
      const unknown: never = told.kind;
      throw new Error(`Unknown kind of event ${String(unknown)}`);
    }
  }
};

const statedBy = ({ license, tags, summary, publishedDaysAgo }: Told, world: World): Metadata => ({
  license: license ?? null,
  tags: tags ?? [],
  summary: summary ?? null,
  publishedAt: publishedDaysAgo === undefined ? null : publishedAt(world, publishedDaysAgo),
});

const copied = (stated: Metadata, known: Metadata, source: Metadata): Metadata => ({
  license: stated.license ?? known.license ?? source.license,
  tags: [stated.tags, known.tags, source.tags].find((list) => list.length > 0) ?? [],
  summary: stated.summary ?? known.summary ?? source.summary,
  publishedAt: stated.publishedAt ?? known.publishedAt ?? source.publishedAt,
});
