import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { opaVersion } from '../../libs/policy/src/compile/opa-release.js';
import { readDockerfile } from './read-dockerfile.js';

const text = readFileSync(new URL('../../deploy/Dockerfile', import.meta.url), 'utf8');
const stages = readDockerfile(text);
const manifest = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  version: string;
  devDependencies: Record<string, string>;
};

test('a Dockerfile is read as stages with their instructions', () => {
  expect(
    readDockerfile(
      '# a comment\nARG IMAGE=node:1\nFROM ${IMAGE} AS one\nCOPY --from=two a \\\n  b\n\nFROM one\nRUN x && y\n',
    ),
  ).toEqual([
    { name: 'one', from: 'node:1', instructions: [{ name: 'COPY', flags: { from: 'two' }, text: 'a b' }] },
    { name: '1', from: 'one', instructions: [{ name: 'RUN', flags: {}, text: 'x && y' }] },
  ]);
});

test('the image runs the Node.js that the tests ran on, and compiles with the OPA that they compiled with', () => {
  expect(text).toContain(`ARG NODE_IMAGE=node:${manifest.devDependencies['node'] ?? ''}-slim`);
  expect(text).toContain(`github.com/open-policy-agent/opa@v${opaVersion}`);
  expect(text).toContain(`ARG VERSION=${manifest.version}`);
});

test('what is built is run by an account without rights, with a health check, and signals reach Node.js', () => {
  const run = stages.find(({ name }) => name === 'run')?.instructions ?? [];
  const textOf = (name: string): string | undefined => run.findLast((one) => one.name === name)?.text;
  expect(textOf('USER')).toMatch(/^[1-9]\d*:[1-9]\d*$/);
  expect(textOf('HEALTHCHECK')).toContain('container/ask-health.js');
  expect(textOf('ENTRYPOINT'), 'the form without a shell around it').toMatch(/^\[".*"\]$/);
});

test('every image is pinned to a full version', () => {
  const images = stages.map(({ from }) => from).filter((from) => !stages.some(({ name }) => name === from));
  expect(images.filter((image) => !/:\d+\.\d+\.\d+/.test(image))).toEqual([]);
});
