import { termsOf } from '../judge/model-state.ts';
import type { StoryNames } from '../story-names.ts';
import type { ReviseStep, SaveStep } from '../story.ts';
import { send, sendJson } from './send.ts';
import { expectStatus, type Stage, type StoryPlayer } from './story-player.ts';

/** The parts of a policy's view that are read. */
interface PolicyView {
  readonly policyId?: string;
  readonly latestRevision?: number;
}

/** A policy that is active, or is not, is told so once more. */
const ALREADY_SO = 409;

export const savePolicy = async (player: StoryPlayer, step: SaveStep, stage: Stage): Promise<void> => {
  const { names, model } = player;
  const workspace = names.workspace(step.workspace ?? 'a');
  const draft = { workspace, ...contentOf(names, step, step.template) };
  const answer = await sendJson(stage.url, '/v1/policies', draft);
  expectStatus(player, stage, step.policy, answer, 201);
  const { policyId = '' } = JSON.parse(answer.body) as PolicyView;
  model.save(step, policyId);
  if (step.active !== false) await activatePolicy(player, step.policy, 1, stage);
};

export const revisePolicy = async (player: StoryPlayer, step: ReviseStep, stage: Stage): Promise<void> => {
  const { names, model } = player;
  const content = contentOf(names, step, model.template(step.policy));
  const answer = await sendJson(stage.url, `/v1/policies/${model.policyId(step.policy)}`, content, 'PUT');
  expectStatus(player, stage, step.policy, answer, 200);
  const { latestRevision = 0 } = JSON.parse(answer.body) as PolicyView;
  model.revise(step, latestRevision);
  if (step.active !== false) await activatePolicy(player, step.policy, model.revisions(step.policy), stage);
};

export const activatePolicy = async (
  player: StoryPlayer,
  policy: string,
  revision: number,
  stage: Stage,
): Promise<void> => {
  const answer = await sendJson(stage.url, `/v1/policies/${player.model.policyId(policy)}/activate`, { revision });
  expectStatus(player, stage, policy, answer, 200, ALREADY_SO);
  player.model.activate(policy, revision);
};

export const deactivatePolicy = async (player: StoryPlayer, policy: string, stage: Stage): Promise<void> => {
  const path = `/v1/policies/${player.model.policyId(policy)}/deactivate`;
  expectStatus(player, stage, policy, await send(stage.url, path, { method: 'POST' }), 200, ALREADY_SO);
  player.model.activate(policy, null);
};

const contentOf = (names: StoryNames, step: SaveStep | ReviseStep, template: string): object => {
  const { repositories, ...terms } = termsOf(step);
  return { name: names.policy(step.policy), template, ...terms, scope: { repositories } };
};
