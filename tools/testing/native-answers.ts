import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** When native OPA is asked, in nanoseconds since 1970: 2026-08-02T00:00:00Z. */
const NOW = '1785628800000000000';

/**
 * What native OPA answers for each document, as comparable text: the whole package `cloudsmith`. null when one of the
 * answers is an error, of which OPA does not say which.
 */
export const nativeAnswers = (
  opa: { readonly path: string },
  rego: string,
  documents: readonly unknown[],
): readonly string[] | null => {
  const folder = mkdtempSync(join(tmpdir(), 'weir-native-'));
  try {
    writeFileSync(join(folder, 'policy.rego'), rego);
    writeFileSync(join(folder, 'data.json'), JSON.stringify({ documents }));
    const query = `[answer | some one in data.documents; answer := json.marshal(data.cloudsmith) with input as one with time.now_ns as ${NOW}]`;
    const args = ['eval', '--format', 'json', '-d', 'policy.rego', '-d', 'data.json', query];
    const stdout = execFileSync(opa.path, args, { cwd: folder, maxBuffer: 2 ** 28, stdio: ['ignore', 'pipe', 'pipe'] });
    const { result } = JSON.parse(stdout.toString()) as {
      readonly result: readonly { readonly expressions: readonly { readonly value: readonly string[] }[] }[];
    };
    return result[0]?.expressions[0]?.value ?? [];
  } catch (fault) {
    if (typeof fault === 'object' && fault !== null && 'status' in fault && fault.status !== null) return null;
    throw fault;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};
