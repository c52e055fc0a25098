import { randomBytes } from 'node:crypto';
import type { EventStep, Oddity } from '../story.ts';
import { publishedAt } from '../judge/model-state.ts';
import { parsePackage, type PackageName, type StoryNames } from '../story-names.ts';

export const SOURCE = '/stories';

/** A request that tells of one event, kept so that it can be sent again to the byte. */
export interface EventRequest {
  readonly id: string;
  readonly workspace: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export type Told = Omit<EventStep, 'do' | 'id'>;

/** The CloudEvent of a step; `occurredAt` null leaves its time to the receiver. */
export const eventRequest = (
  names: StoryNames,
  id: string,
  told: Told,
  startedAt: number,
  occurredAt: string | null,
): EventRequest => {
  const named = parsePackage(told.package);
  const event = {
    specversion: '1.0',
    id: names.eventId(id),
    source: SOURCE,
    type: `dev.weir.package.${told.kind}.v1`,
    ...(occurredAt !== null && { time: occurredAt }),
    data: { ...subjectOf(names, named), ...metadataOf(told, startedAt) },
  };
  return structured(names.eventId(id), names.workspace(named.workspace), event);
};

const structured = (id: string, workspace: string, event: object): EventRequest => ({
  id,
  workspace,
  headers: { 'content-type': 'application/cloudevents+json' },
  body: JSON.stringify(event),
});

const subjectOf = (names: StoryNames, named: PackageName): object => ({
  workspace: names.workspace(named.workspace),
  repository: { name: named.repository },
  purl: names.purl(named),
});

const metadataOf = ({ license, tags, summary, publishedDaysAgo }: Told, startedAt: number): object => ({
  ...(license !== undefined && { license }),
  ...(tags !== undefined && { tags }),
  ...(summary !== undefined && { summary }),
  ...(publishedDaysAgo !== undefined && {
    publishedAt: new Date(publishedAt({ startedAt }, publishedDaysAgo)).toISOString(),
  }),
});

/** The same event about the same package in another workspace. */
export const inWorkspace = (request: EventRequest, workspace: string): EventRequest => {
  const event = JSON.parse(request.body) as { readonly data: object };
  return structured(request.id, workspace, { ...event, data: { ...event.data, workspace } });
};

/** What is odd and nowhere forbidden. */
export const oddRequest = (names: StoryNames, id: string, oddity: Oddity): EventRequest => {
  const workspace = names.workspace('a');
  const event = (data: object): EventRequest =>
    structured(names.eventId(id), workspace, {
      specversion: '1.0',
      id: names.eventId(id),
      source: SOURCE,
      type: 'dev.weir.package.published.v1',
      data: { workspace, repository: { name: 'odd' }, purl: `pkg:npm/${names.prefix}-${id}@1.0.0`, ...data },
    });
  switch (oddity) {
    case 'licence-url':
      return event({ license: 'https://opensource.org/licenses/MIT' });
    case 'licence-plus':
      return event({ license: 'MIT/+' });
    case 'long-key':
      return event({ purl: `pkg:npm/${names.prefix}-${id}-${randomBytes(1_000).toString('hex')}@1.0.0` });
    case 'nul-in-header':
      return binaryWithNul(names.eventId(id), workspace, `pkg:npm/${names.prefix}-${id}@1.0.0`);
    default: {
      const unknown: never = oddity;
      throw new Error(`Unknown oddity ${String(unknown)}`);
    }
  }
};

const binaryWithNul = (id: string, workspace: string, purl: string): EventRequest => ({
  id,
  workspace,
  headers: {
    'content-type': 'application/json',
    'ce-specversion': '1.0',
    'ce-source': SOURCE,
    'ce-id': `${id}%00`,
    'ce-type': 'dev.weir.package.published.v1',
  },
  body: JSON.stringify({ workspace, repository: { name: 'odd' }, purl }),
});
