import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { PROBLEM_KINDS, problem, type ProblemKind } from '@weir/service';
import { expect, test } from 'vitest';
import { problemList, problemPage } from './problem-page.js';

const KINDS = Object.keys(PROBLEM_KINDS) as ProblemKind[];

test.each(KINDS)('the page of %s says why and what to do, and the list leads to it', (kind) => {
  const { title, cause, cure, status } = PROBLEM_KINDS[kind];
  const page = problemPage(kind);
  for (const text of [title, cause, cure, String(status)]) expect(page).toContain(text.replaceAll('<', '&lt;'));
  expect(problemList()).toContain(`href="/problems/${kind}"`);
  expect([cause, cure].every((text) => text.endsWith('.'))).toBe(true);
});

test('a problem has the type, title and status of its kind, and a status alone has a kind too', () => {
  expect(problem('name-taken', 'It is.')).toEqual({
    type: '/problems/name-taken',
    title: 'The name is taken',
    status: 409,
    detail: 'It is.',
  });
  for (const status of [400, 401, 403, 404, 405, 408, 409, 413, 414, 415, 417, 421, 422, 429, 431, 500, 503])
    expect(problem(status, '.')).toMatchObject({
      status,
      type: expect.stringMatching(/^\/problems\/[a-z-]+$/) as string,
    });
});

test('every kind is answered somewhere: by its name in the sources, or as what a status means', () => {
  const root = fileURLToPath(new URL('../../../..', import.meta.url));
  const sources = globSync('{apps,libs}/*/src/**/*.ts', { cwd: root })
    .filter((file) => !file.endsWith('.spec.ts') && !file.endsWith('problem-kinds.ts'))
    .map((file) => readFileSync(`${root}/${file}`, 'utf8'))
    .join('\n');
  const ofStatus = new Set(
    [400, 401, 403, 404, 405, 408, 409, 413, 414, 415, 417, 421, 422, 429, 431, 500, 503].map(
      (status) => problem(status, '').type,
    ),
  );
  const unused = KINDS.filter((kind) => !sources.includes(`'${kind}'`) && !ofStatus.has(`/problems/${kind}`));
  expect(unused).toEqual([]);
});
