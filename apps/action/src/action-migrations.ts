import { CreateAction1795327200000 } from './migrations/202611220600-create-action.js';
import { AddEffectTraceparent1795330920000 } from './migrations/202611220702-add-effect-traceparent.js';
import { KeepRequestsAsText1795828200000 } from './migrations/202611280110-keep-requests-as-text.js';
import { VacuumEffectsWhenTheyChange1795832160000 } from './migrations/202611280216-vacuum-effects-when-they-change.js';

import { LetEffectsBeMended1796081400000 } from './migrations/202611302330-let-effects-be-mended.js';
import { RememberWaitingDecisions1796095800000 } from './migrations/202612010330-remember-waiting-decisions.js';

/** Creates schema `action`: the level of each package, its effects and their deliveries. Rebuilt from the log when lost. */
export const actionMigrations = [
  CreateAction1795327200000,
  AddEffectTraceparent1795330920000,
  KeepRequestsAsText1795828200000,
  VacuumEffectsWhenTheyChange1795832160000,
  LetEffectsBeMended1796081400000,
  RememberWaitingDecisions1796095800000,
];
