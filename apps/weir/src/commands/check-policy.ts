import { checkRego, findOpa } from '@weir/policy';
import type { CheckReport } from '@weir/policy';
import type { ExitCode, Output } from './output.js';
import { exitCodeOf } from './exit-code-of.js';
import { policiesAt } from './policies-at.js';
import { readFileOrRefuse } from './read-file-or-refuse.js';

export type CheckPolicyOptions = {
  /** A policy, or a folder of policies. */
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

type CheckedFile = CheckReport & { readonly file: string };

/** Of one policy its report; of a folder that of each policy in it. */
const documentOf = (asked: string, checked: readonly CheckedFile[], valid: boolean): object => {
  const [one] = checked;
  return checked.length === 1 && one?.file === asked
    ? { valid: one.valid, findings: one.findings }
    : { valid, files: checked };
};

/**
 * `weir policy check FILE`: what saving the policy, or each policy of a folder, would say, with line and column. Exit code 0 valid, 1 invalid, 2 no
 * such file, 3 no compiler.
 */
export const checkPolicy = (options: CheckPolicyOptions, to: Output): Promise<ExitCode> =>
  exitCodeOf({ output: to, json: options.json }, async (output) => {
    const files = await policiesAt(options.file);
    const opa = await findOpa({
      cacheDirectory: options.cacheDirectory,
      onProgress: (line) => output.stderr(`${line}\n`),
    });
    const checked: CheckedFile[] = [];
    for (const file of files) {
      const report = await checkRego(opa, (await readFileOrRefuse(file, 'the policy')).toString('utf8'));
      checked.push({ file, ...report });
      if (!options.json) output.stdout(lines(file, report));
    }
    const valid = checked.every((one) => one.valid);
    if (options.json) output.stdout(`${JSON.stringify(documentOf(options.file, checked, valid))}\n`);
    return valid ? 0 : 1;
  });
