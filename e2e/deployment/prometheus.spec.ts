import { expect, test } from 'vitest';
import { runTool } from './run-tool.js';

test.each(['prometheus.yaml', 'compose.yaml'])('Prometheus takes deploy/prometheus/%s with its alerts', (file) => {
  const { code, stdout, stderr } = runTool('promtool', ['check', 'config', `deploy/prometheus/${file}`]);
  expect(code, stderr).toBe(0);
  expect(stdout).toMatch(/SUCCESS: [1-9]\d* rules found/);
});
