import { checkRego, findOpa } from '@weir/policy';
import type { CheckReport } from '@weir/policy';
import type { ExitCode, Output } from './output.js';
import { exitCodeOf } from './exit-code-of.js';
import { readFileOrRefuse } from './read-file-or-refuse.js';

export type CheckPolicyOptions = {
  readonly file: string;
  /** One JSON document on stdout instead of lines. */
  readonly json: boolean;
  /** Where a built or fetched OPA is kept. */
  readonly cacheDirectory: string;
};

const lines = (file: string, { valid, findings }: CheckReport): string =>
  [
    ...findings.map(
      ({ severity, code, message, line, column }) => `${file}:${line}:${column}: ${severity} ${code}: ${message}`,
    ),
    valid ? `${file}: valid` : `${file}: invalid`,
    '',
  ].join('\n');

/**
 * `weir policy check FILE`: what saving the policy would say, with line and column. Exit code 0 valid, 1 invalid, 2 no
 * such file, 3 no compiler.
 */
export const checkPolicy = (options: CheckPolicyOptions, to: Output): Promise<ExitCode> =>
  exitCodeOf({ output: to, json: options.json }, async (output) => {
    const rego = (await readFileOrRefuse(options.file, 'the policy')).toString('utf8');
    const opa = await findOpa({
      cacheDirectory: options.cacheDirectory,
      onProgress: (line) => output.stderr(`${line}\n`),
    });
    const report = await checkRego(opa, rego);
    output.stdout(options.json ? `${JSON.stringify(report)}\n` : lines(options.file, report));
    return report.valid ? 0 : 1;
  });
