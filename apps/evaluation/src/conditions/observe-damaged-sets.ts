import { observe } from '@weir/service';
import type { CurrentConditions } from './current-conditions.js';

/** Tells scrapes of which workspaces all policies fail, because the evidence of their set is damaged. The returned function ends that. */
export const observeDamagedSets = (conditions: Pick<CurrentConditions, 'damaged'>): (() => void) =>
  observe('policySetsDamaged', async () =>
    conditions.damaged().map(({ workspace }) => ({ value: 1, labels: { workspace } })),
  );
