import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { removeFolder, repositoryRoot, temporaryFolder } from '../harness/weir-process.js';
import { runTool } from './run-tool.js';

const folder = temporaryFolder();
afterAll(() => removeFolder(folder));

/** The configuration as it stands beside its alerts, with a key where the deployment's own volume would hold it. */
const placed = (file: string): string => {
  const source = join(repositoryRoot, 'deploy', 'prometheus');
  const key = join(folder, 'key');
  writeFileSync(key, 'weir_key');
  cpSync(source, folder, { recursive: true });
  const text = readFileSync(join(source, file), 'utf8').replaceAll('/etc/weir-keys/prometheus', key);
  writeFileSync(join(folder, file), text);
  return join(folder, file);
};

test.each(['prometheus.yaml', 'compose.yaml'])('Prometheus takes deploy/prometheus/%s with its alerts', (file) => {
  const { code, stdout, stderr } = runTool('promtool', ['check', 'config', placed(file)]);
  expect(code, stderr).toBe(0);
  expect(stdout).toMatch(/SUCCESS: [1-9]\d* rules found/);
});
