import { expect, test } from 'vitest';
import { runTool } from './run-tool.js';

test('hadolint, with the rules of ShellCheck, finds nothing in the Dockerfile', () => {
  const { code, stdout, stderr } = runTool('hadolint', ['--failure-threshold', 'style', 'deploy/Dockerfile']);
  expect(stdout + stderr).toBe('');
  expect(code).toBe(0);
});
