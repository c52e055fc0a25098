import { observe } from '@weir/service';
import type { CurrentConditions } from './current-conditions.js';

/**
 * Tells scrapes of each workspace whether all its policies fail, because the evidence of their set is damaged: 0 while
 * they do not, so that whoever watches sees that it is told. The returned function ends that.
 */
export const observeDamagedSets = (conditions: Pick<CurrentConditions, 'damaged' | 'workspaces'>): (() => void) =>
  observe('policySetsDamaged', async () => {
    const damaged = new Set(conditions.damaged().map(({ workspace }) => workspace));
    return conditions
      .workspaces()
      .map((workspace) => ({ value: damaged.has(workspace) ? 1 : 0, labels: { workspace } }));
  });
