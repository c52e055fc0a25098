import type { Command } from 'commander';
import { addPolicyChangeCommands } from './add-policy-change-commands.js';
import { json } from './command-options.js';
import type { ExitCode, Output } from './commands/output.js';
import { opaCacheDirectory } from './compose/opa-cache.js';

type Finish = (code: ExitCode) => void;

/** `weir policy` and `weir eval`. */
export const addPolicyCommands = (program: Command, output: Output, finish: Finish): void => {
  addPolicies(program, output, finish);
  addEvaluation(program, output, finish);
};

const addPolicies = (program: Command, output: Output, finish: Finish): void => {
  const policy = program.command('policy').description('policies as files, and those of a running system');
  addPolicyChangeCommands(policy, output, finish);
  policy
    .command('check')
    .description("OPA's strict check, refused built-ins, and what the facts do not have")
    .argument('<file>', 'policy to check, or a folder of policies')
    .addOption(json())
    .action(async (file: string, options: { json: boolean }) => {
      const { checkPolicy } = await import('./commands/check-policy.js');
      finish(await checkPolicy({ file, json: options.json, cacheDirectory: opaCacheDirectory(process.env) }, output));
    });
  policy
    .command('test')
    .description("run OPA's tests, each policy alone")
    .argument('<file...>', 'policy files, or folders that hold them with their tests')
    .addOption(json())
    .action(async (files: string[], options: { json: boolean }) => {
      const { testPolicies } = await import('./commands/test-policies.js');
      finish(await testPolicies({ files, json: options.json, cacheDirectory: opaCacheDirectory(process.env) }, output));
    });
};

const addEvaluation = (program: Command, output: Output, finish: Finish): void => {
  program
    .command('eval')
    .description('judge inputs by one policy, with the engine of the service')
    .requiredOption('--policy <file>', 'the policy')
    .option('--input <file>', 'one JSON document')
    .option('--inputs <file>', 'one JSON document per line; an answer per line')
    .option('--parameters <file>', 'JSON that the policy reads as data.parameters')
    .option('--now <time>', 'the time it is for the policy, RFC 3339')
    .addOption(json())
    .action(
      async (options: {
        policy: string;
        input?: string;
        inputs?: string;
        parameters?: string;
        now?: string;
        json: boolean;
      }) => {
        const { evaluateInputs } = await import('./commands/evaluate-inputs.js');
        finish(await evaluateInputs({ ...options, cacheDirectory: opaCacheDirectory(process.env) }, output));
      },
    );
};
