import { PROBLEM_KINDS } from '../../libs/service/dist/index.js';

const section = ([kind, { status, title, cause, cure }]) => `## ${kind}

${status}. ${title}. ${cause}

**What to do:** ${cure}
`;

const text = () => `<!-- Made by \`npm run references\` from libs/service/src/http/problem-kinds.ts. -->

# Problems

Every refusal and every fault over HTTP is a problem document ([RFC 9457](https://www.rfc-editor.org/rfc/rfc9457)), as \`application/problem+json\`. Its \`type\` is \`/problems/\` and one of the names below. A name never changes its meaning, so a client can switch on it; \`detail\` is for people and may change. Where fields are wrong, \`errors\` has an entry for each: a JSON pointer, what is wrong, and the cure. A running Weir serves the page of each at the address in \`type\`.

| type | status | title |
|---|---|---|
${Object.entries(PROBLEM_KINDS)
  .map(([kind, { status, title }]) => `| [\`/problems/${kind}\`](#${kind}) | ${status} | ${title} |`)
  .join('\n')}

${Object.entries(PROBLEM_KINDS).map(section).join('\n')}`;

/** The page that says cause and cure of each kind of problem. */
export const references = () => [{ path: 'docs/reference/problems.md', text: text() }];
