import { ownRoot } from './relocate-policy.js';

/** The data document of a module: each policy's parameters where its `data.parameters` points. */
export const parameterData = (parameters: Readonly<Record<string, unknown>>): unknown => {
  const roots = Object.entries(parameters).map(([policyId, value]) => [ownRoot(policyId)[1], { parameters: value ?? {} }]);
  return { weir: Object.fromEntries(roots) };
};
