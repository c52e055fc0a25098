import { isBeingJudged } from '../accepted/unjudged-problem.js';
import type { ReadModels } from '../read-models.js';

/** Waiting costs a connection and a question for every batch of decisions: beyond this many, answers come at once. */
const MOST_WAITING = 500;

type Decided = Pick<ReadModels, 'feed' | 'closing'>;

/** Asks until the answer is another than "being judged", or `millis` have passed; again whenever something was decided. */
export const waitingForVerdict = () => {
  let waiting = 0;
  return async <Answer>({ feed, closing }: Decided, millis: number, ask: () => Promise<Answer>): Promise<Answer> => {
    const until = performance.now() + millis;
    for (;;) {
      try {
        return await ask();
      } catch (fault) {
        const left = until - performance.now();
        if (!isBeingJudged(fault) || left <= 0 || waiting >= MOST_WAITING || closing.aborted) throw fault;
        waiting += 1;
        await feed()
          .changed(Math.min(left, LOOK_ANYWAY_AFTER_MS), closing)
          .finally(() => (waiting -= 1));
      }
    }
  };
};

/** What became a dead letter rings no bell, nor does what was decided between asking and waiting. */
const LOOK_ANYWAY_AFTER_MS = 500;
