import type { Finding } from './check-report.js';

/** Deepest nesting of brackets in a policy's text. Those of the library have five. */
const MOST_BRACKETS = 100;

/** Deepest nesting of OPA's syntax tree as JSON: three to five levels for each operator of a chain and for each else. */
const MOST_LEVELS = 1_000;

/** Strings of both kinds and comments, whose brackets nest nothing; and brackets. */
const TOKENS = /"(?:[^"\\\n]|\\.)*"|`[^`]*`|#[^\n]*|[[({]|[\])}]/g;

/** What nests deeper than OPA can read within bounds: its parser takes minutes for 5,000 brackets. Looks at the text alone. */
export const checkNesting = (rego: string): Finding | undefined => {
  let depth = 0;
  for (const { 0: token, index } of rego.matchAll(TOKENS)) {
    if (token === '[' || token === '(' || token === '{') depth += 1;
    else if (token === ']' || token === ')' || token === '}') depth -= 1;
    if (depth > MOST_BRACKETS) return tooDeep(rego, index);
  }
  return undefined;
};

const tooDeep = (rego: string, index: number): Finding => {
  const before = rego.slice(0, index).split('\n');
  return {
    severity: 'error',
    code: 'too_deep',
    message: `brackets are nested more than ${MOST_BRACKETS} deep here: use rules or functions of their own`,
    line: before.length,
    column: Array.from(before.at(-1) ?? '').length + 1,
  };
};

/** What nests without brackets: chains of operators and of else. `tree` is OPA's syntax tree as JSON text. */
export const checkTreeDepth = (tree: string): Finding | undefined => {
  let depth = 0;
  let inString = false;
  for (let at = 0; at < tree.length; at += 1) {
    const code = tree.charCodeAt(at);
    if (inString) {
      if (code === BACKSLASH) at += 1;
      else if (code === QUOTE) inString = false;
    } else if (code === QUOTE) inString = true;
    else if (code === OPEN_OBJECT || code === OPEN_ARRAY) depth += 1;
    else if (code === CLOSE_OBJECT || code === CLOSE_ARRAY) depth -= 1;
    if (depth > MOST_LEVELS) return CHAINED;
  }
  return undefined;
};

const [QUOTE, BACKSLASH, OPEN_OBJECT, CLOSE_OBJECT, OPEN_ARRAY, CLOSE_ARRAY] = [0x22, 0x5c, 0x7b, 0x7d, 0x5b, 0x5d];

const CHAINED: Finding = {
  severity: 'error',
  code: 'too_deep',
  message:
    'a chain of operators or of else is too long (some 200 members are accepted): use a set, an object, or rules of their own',
  line: 0,
  column: 0,
};
