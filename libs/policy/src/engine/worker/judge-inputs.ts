import { cutInput } from '../cut-input/cut-input.js';
import type { Judgement } from '../packed-answers.js';
import type { Job, Moment } from '../worker-messages.js';
import { askPolicy, failedAnswer } from './ask-policy.js';
import { dropGrownInstance, watched, type HeldModule, type JudgeSettings } from './held-module.js';
import { readMoment } from './read-moment.js';

/** Judges the inputs of a job, one judgement per ask. Never throws for what a policy or an input does. */
export const judgeInputs = (held: HeldModule, job: Job, settings: JudgeSettings): readonly Judgement[] =>
  job.ends.flatMap((_, index) => {
    const answers = judgeInput(held, job, index, settings);
    dropGrownInstance(held);
    return answers;
  });

const judgeInput = (held: HeldModule, job: Job, index: number, settings: JudgeSettings): readonly Judgement[] => {
  const asks = job.asks[index] ?? [];
  if (asks.length === 0) return [];
  const input = cutInput(job.bytes.subarray(job.ends[index - 1] ?? 0, job.ends[index]), held.cuts);
  const instants = watched(held, settings, [job.id, index, -1], () => readMoment(job.moments[index] ?? NO_MOMENT));
  if ('error' in instants) return asks.map(() => failedAnswer(instants.error));
  held.instance?.input.begin();
  const subject = { held, settings, input, instants, job: job.id, index };
  return asks.map((policyId, ask) => askPolicy(subject, policyId, ask));
};

const NO_MOMENT: Moment = { now: '', later: null };
