import type { Affected } from '../match-advisories/is-affected.js';
import { advisoryIds } from './advisory-ids.js';

/** Advisories that share a name, directly or through others, in one cluster (union-find over their names). */
export function clusterByAlias(advisories: readonly Affected[]): Affected[][] {
  const parent = new Map<string, string>();
  for (const { record } of advisories) for (const id of advisoryIds(record)) unite(parent, record.id, id);
  const clusters = new Map<string, Affected[]>();
  for (const advisory of advisories) {
    const root = rootOf(parent, advisory.record.id);
    clusters.set(root, [...(clusters.get(root) ?? []), advisory]);
  }
  return [...clusters.values()];
}

function unite(parent: Map<string, string>, a: string, b: string): void {
  const [left, right] = [rootOf(parent, a), rootOf(parent, b)];
  if (left !== right) parent.set(right, left);
}

function rootOf(parent: ReadonlyMap<string, string>, id: string): string {
  let root = id;
  for (let next = parent.get(root); next !== undefined; next = parent.get(root)) root = next;
  return root;
}
