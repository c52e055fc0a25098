import { InvalidArgumentError, Option, type Command } from 'commander';
import { json, url } from './command-options.js';
import type { ChangePolicyOptions } from './commands/change-policy.js';
import type { ExitCode, Output } from './commands/output.js';

type Finish = (code: ExitCode) => void;

const WAIT_SECONDS = 600;

interface Reach {
  readonly url: string;
  readonly key?: string;
  readonly json: boolean;
}

/** What changes the policies of a running system: `weir policy list`, `activate`, `deactivate`, `retire`, `apply`. */
export const addPolicyChangeCommands = (policy: Command, output: Output, finish: Finish): void => {
  addList(policy, output, finish);
  addDeed(policy, 'activate', 'judge packages by a revision from now on', output, finish);
  addDeed(policy, 'deactivate', 'judge no package by it any more; needs no compiler', output, finish);
  addDeed(policy, 'retire', 'put away what is not active, for good; its name is free again', output, finish);
  addApply(policy, output, finish);
};

const reaching = (command: Command): Command =>
  command.addOption(url()).addOption(new Option('--key <key>', 'API key').env('WEIR_API_KEY')).addOption(json());

const waiting = (command: Command): Command =>
  command.addOption(
    new Option('--wait [seconds]', 'wait until every package is judged by it')
      .preset(String(WAIT_SECONDS))
      .argParser(wholeNumber),
  );

const addList = (policy: Command, output: Output, finish: Finish): void => {
  reaching(policy.command('list'))
    .description('the policies of a running system')
    .option('--workspace <name>', 'of this workspace only')
    .option('--retired', 'those that were retired as well', false)
    .action(async (options: Reach & { workspace?: string; retired: boolean }) => {
      const { listPoliciesCommand } = await import('./commands/change-policy.js');
      finish(await listPoliciesCommand({ ...options, key: options.key, workspace: options.workspace }, output));
    });
};

const addDeed = (
  policy: Command,
  deed: ChangePolicyOptions['deed'],
  description: string,
  output: Output,
  finish: Finish,
): void => {
  const command = waiting(reaching(policy.command(deed)))
    .description(description)
    .argument('<policy>', 'its id, as weir policy list has it');
  if (deed === 'activate') command.option('--revision <number>', 'the latest unless given', wholeNumber);
  command.action(async (policyId: string, options: Reach & { wait?: number; revision?: number }) => {
    const { changePolicyCommand } = await import('./commands/change-policy.js');
    const { revision, wait = null, key } = options;
    finish(await changePolicyCommand({ ...options, key, policyId, deed, revision, wait }, output));
  });
};

interface Apply extends Reach {
  readonly workspace: string;
  readonly prune: boolean;
  readonly dryRun: boolean;
  readonly wait?: number;
}

const addApply = (policy: Command, output: Output, finish: Finish): void => {
  waiting(reaching(policy.command('apply')))
    .description('make the policies of a workspace as files describe them, all at once or none')
    .argument('<path>', 'a policy.yaml, or a folder with one for each policy')
    .option('--workspace <name>', 'whose policies they are', 'default')
    .option('--prune', 'turn off what is active there and not described', false)
    .option('--dry-run', 'check, compile and show what would change', false)
    .action(async (path: string, options: Apply) => {
      const { applyPoliciesCommand } = await import('./commands/apply-policies.js');
      finish(await applyPoliciesCommand({ ...options, key: options.key, wait: options.wait ?? null, path }, output));
    });
};

const wholeNumber = (text: string): number => {
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < 1) throw new InvalidArgumentError('Give a whole number, 1 or more.');
  return number;
};
