import type { Finding } from './check-report.js';

/** Strings of both kinds and comments: what looks like a number in them is none. */
const quoted = /"(?:[^"\\\n]|\\.)*"|`[^`]*`|#[^\n]*/g;
const withoutDigit = /(?<![\w\]}"`).])\.\d+(?:[eE][+-]?\d+)?/;

/**
 * Where a text has a number that begins with its point. OPA takes it in a policy and then cannot write it as JSON, which
 * it says without a place.
 */
export const findBadNumber = (rego: string): Finding | undefined => {
  const bare = rego.replace(quoted, (text) => text.replace(/[^\n]/g, ' '));
  const found = withoutDigit.exec(bare);
  if (found === null) return undefined;
  const before = rego.slice(0, found.index).split('\n');
  const message = `the number ${found[0]} has no digit before its point: write 0${found[0]}`;
  const column = Array.from(before.at(-1) ?? '').length + 1;
  return { severity: 'error', code: 'rego_parse_error', message, line: before.length, column };
};
