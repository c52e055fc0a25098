import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { OraclePolicy } from './oracle-policies.ts';

const query =
  '[document | some one in data.inputs; ' +
  'document := data.cloudsmith with input as one with time.now_ns as data.now]';

interface Evaluated {
  readonly result: readonly [{ readonly expressions: readonly [{ readonly value: readonly unknown[] }] }];
}

/** The package document that native OPA gives for each input, in order: one process for all of them. */
export const askOpa = (
  opaPath: string,
  { rego, parameters }: OraclePolicy,
  inputs: readonly unknown[],
  nanos: bigint,
): readonly unknown[] => {
  const folder = mkdtempSync(join(tmpdir(), 'weir-oracle-'));
  try {
    writeFileSync(join(folder, 'policy.rego'), rego);
    const data = JSON.stringify({ inputs, parameters }).replace(/}$/, `,"now":${nanos}}`);
    writeFileSync(join(folder, 'data.json'), data);
    const args = ['eval', '--format', 'json', '-d', 'policy.rego', '-d', 'data.json', query];
    const stdout = execFileSync(opaPath, args, { cwd: folder, maxBuffer: 2 ** 30, stdio: 'pipe' });
    return (JSON.parse(stdout.toString()) as Evaluated).result[0].expressions[0].value;
  } finally {
    rmSync(folder, { recursive: true });
  }
};
