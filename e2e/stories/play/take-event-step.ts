import { packageText, parsePackage } from '../story-names.ts';
import type { OwnStep } from '../story.ts';
import { send, type Answer } from './send.ts';
import { eventRequest, inWorkspace, oddRequest, type EventRequest, type Told } from './story-events.ts';
import { expectNamedField, expectStatus, type Stage, type StoryPlayer } from './story-player.ts';

type Of<What extends OwnStep['do']> = Extract<OwnStep, { readonly do: What }>;

const ACCEPTED = 202;

const post = ({ url }: Stage, { headers, body }: EventRequest): Promise<Answer> =>
  send(url, '/v1/events', { method: 'POST', headers: { ...headers }, body });

export const tellEvent = (player: StoryPlayer, step: Of<'event'>, stage: Stage): Promise<void> => {
  const { do: _do, id, then: _then, timed = false, ...told } = step;
  const occurredAt = timed ? new Date(stage.now).toISOString() : null;
  return observe(player, stage, id, {
    request: eventRequest(player.names, id, told, stage.world.startedAt, occurredAt),
    told,
  });
};

/** The same bytes once more: harmless, and no event of its own. */
export const tellAgain = async (player: StoryPlayer, step: Of<'again'>, stage: Stage): Promise<void> => {
  const earlier = player.sent.get(step.of);
  if (earlier) expectStatus(player, stage, earlier.request.id, await post(stage, earlier.request), ACCEPTED);
};

/** An event of another workspace under the same source and id: one of its own. */
export const lendEvent = async (player: StoryPlayer, step: Of<'borrow'>, stage: Stage): Promise<void> => {
  const earlier = player.sent.get(step.of);
  if (!earlier) return;
  const named = { ...parsePackage(earlier.told.package), workspace: step.workspace };
  const request = inWorkspace(earlier.request, player.names.workspace(step.workspace));
  await observe(player, stage, step.id, { request, told: { ...earlier.told, package: packageText(named) } });
};

/** Another event under an id that is taken: whatever is answered, the packages stay what they were. */
export const tellClash = async (player: StoryPlayer, step: Of<'clash'>, stage: Stage): Promise<void> => {
  const earlier = player.sent.get(step.of);
  if (!earlier) return;
  const { do: _do, of: _of, then: _then, ...told } = step;
  const fresh = eventRequest(player.names, step.of, { ...told, kind: 'published' }, stage.world.startedAt, null);
  const request = underId(fresh, earlier.request.id);
  const answer = await post(stage, request);
  if (answer.status === ACCEPTED) player.accepted.push({ request, wants: 'a dead letter', isOdd: false });
  else expectNamedField(player, stage, request.id, answer);
};

const underId = (request: EventRequest, id: string): EventRequest => ({
  ...request,
  id,
  body: JSON.stringify({ ...(JSON.parse(request.body) as object), id }),
});

export const tellOdd = async (player: StoryPlayer, step: Of<'odd'>, stage: Stage): Promise<void> => {
  const request = oddRequest(player.names, step.id, step.oddity);
  const answer = await post(stage, request);
  const wants = step.strict ? 'one decision' : 'one decision, or a dead letter';
  if (answer.status === ACCEPTED) player.accepted.push({ request, wants, isOdd: true });
  else expectNamedField(player, stage, request.id, answer);
};

interface Sent {
  readonly request: EventRequest;
  readonly told: Told;
}

const observe = async (player: StoryPlayer, stage: Stage, id: string, sent: Sent): Promise<void> => {
  player.sent.set(id, sent);
  expectStatus(player, stage, sent.request.id, await post(stage, sent.request), ACCEPTED);
  player.accepted.push({ request: sent.request, wants: 'one decision', isOdd: false });
  player.model.observe(sent.told, stage.world, stage.now);
};
