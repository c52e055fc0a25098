import { AddJudgements1795325400000 } from './migrations/202611220530-add-judgements.js';
import { AddJudgementOrigin1795330860000 } from './migrations/202611220701-add-judgement-origin.js';
import { BundleJudgementDetails1795694700000 } from './migrations/202611261205-bundle-judgement-details.js';
import { VacuumJudgementsWhenTheyChange1795788720000 } from './migrations/202611271412-vacuum-judgements-when-they-change.js';
import { LeaveFewDeadJudgements1795831920000 } from './migrations/202611280212-leave-few-dead-judgements.js';
import { KeepTheBasisOfJudgements1796036400000 } from './migrations/202611301100-keep-the-basis-of-judgements.js';
import { IndexJudgementsByConditions1796036700000 } from './migrations/202611301105-index-judgements-by-conditions.js';
import { NameTheTopicOfTheRelay1796077260000 } from './migrations/202611302221-name-the-topic-of-the-relay.js';

/** Creates schema `evaluation`: the latest judgement of each package, and which observations have their decision. */
export const evaluationMigrations = [
  AddJudgements1795325400000,
  AddJudgementOrigin1795330860000,
  BundleJudgementDetails1795694700000,
  VacuumJudgementsWhenTheyChange1795788720000,
  LeaveFewDeadJudgements1795831920000,
  KeepTheBasisOfJudgements1796036400000,
  IndexJudgementsByConditions1796036700000,
  NameTheTopicOfTheRelay1796077260000,
];
