import { ownRoot } from './relocate-policy.js';

/** The data document of a module: each policy's parameters where its `data.parameters` points. */
export const parameterData = (parameters: Readonly<Record<string, unknown>>): unknown => {
  const roots = new Map<string, unknown>();
  for (const [policyId, value] of Object.entries(parameters))
    roots.set(ownRoot(policyId)[1], { parameters: value ?? {} });
  return { weir: Object.fromEntries(roots) };
};
