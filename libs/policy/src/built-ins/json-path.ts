import { isArray } from './rego-value.js';
import type { RegoValue } from './rego-value.js';

/** The names and indexes along a way into a document. */
export type JsonPath = readonly RegoValue[];

const unescape = (part: string): string => part.replaceAll('~1', '/').replaceAll('~0', '~');

/**
 * A JSON pointer, or a list of names and indexes; undefined for anything else. `/` names the empty member. Source: OPA,
 * v1/topdown/json.go, `parsePath`.
 */
export const jsonPath = (value: RegoValue | undefined): JsonPath | undefined => {
  if (isArray(value)) return value;
  if (typeof value !== 'string') return undefined;
  return value === '' ? [] : value.replace(/^\/+/, '').split('/').map(unescape);
};
