import type { PoliciesChanged, PolicyChangeBody, PolicySummary } from '@weir/contracts';
import { nameKey } from '@weir/domain';
import { askSystem, problemText, type RunningSystem } from './ask-system.js';
import { WrongUse } from './exit-code-of.js';
import type { ExitCode, Output } from './output.js';
import { readPolicyFiles, type WantedPolicy } from './read-policy-files.js';
import { waitUntilJudged } from './wait-until-judged.js';

export interface ApplyPoliciesOptions extends RunningSystem {
  /** A `policy.yaml`, or a folder of such. */
  readonly path: string;
  readonly workspace: string;
  /** Turns off every active policy of the workspace that is not described. */
  readonly prune: boolean;
  readonly dryRun: boolean;
  readonly wait: number | null;
  readonly json: boolean;
}

/** `weir policy apply`: makes the policies of a workspace as files describe them, all at once or none; 1 when refused. */
export const applyPoliciesCommand = async (options: ApplyPoliciesOptions, output: Output): Promise<ExitCode> => {
  const wanted = distinct(await readPolicyFiles(options.path));
  const known = await knownPolicies(options);
  const changes = [...wanted.map((policy) => saveOf(policy, known)), ...(options.prune ? others(wanted, known) : [])];
  const { ok, body } = await askSystem(options, 'POST', '/v1/policy-changes', {
    workspace: options.workspace,
    dryRun: options.dryRun,
    changes,
  });
  if (!ok) {
    if (options.json) output.stdout(JSON.stringify(body));
    else output.stderr(inFiles(problemText(body), wanted));
    return 1;
  }
  return tell(options, body as PoliciesChanged, wanted, output);
};

const distinct = (wanted: readonly WantedPolicy[]): readonly WantedPolicy[] => {
  const files = new Map<string, string>();
  for (const { name, file } of wanted) {
    const other = files.get(nameKey(name));
    if (other !== undefined)
      throw new WrongUse(`${file} and ${other} describe policies of one name, "${name}": name one of them otherwise.`);
    files.set(nameKey(name), file);
  }
  return wanted;
};

const knownPolicies = async (options: ApplyPoliciesOptions): Promise<readonly PolicySummary[]> => {
  const { ok, body } = await askSystem(
    options,
    'GET',
    `/v1/policies?workspace=${encodeURIComponent(options.workspace)}`,
  );
  if (!ok) throw new Error(problemText(body));
  return (body as { readonly policies: readonly PolicySummary[] }).policies;
};

/** A policy is known by its name; what is described under another name is another policy. */
const saveOf = ({ file: _file, ...policy }: WantedPolicy, known: readonly PolicySummary[]): PolicyChangeBody => {
  const namesake = known.find(({ name }) => nameKey(name) === nameKey(policy.name));
  return { change: 'save', ...policy, ...(namesake && { policyId: namesake.policyId }) };
};

const others = (wanted: readonly WantedPolicy[], known: readonly PolicySummary[]): readonly PolicyChangeBody[] => {
  const names = new Set(wanted.map(({ name }) => nameKey(name)));
  return known
    .filter(({ name, activeRevision }) => activeRevision !== null && !names.has(nameKey(name)))
    .map(({ policyId }) => ({ change: 'deactivate', policyId }));
};

/** What is said of /changes/3 is said of the file that it came from. */
const inFiles = (text: string, wanted: readonly WantedPolicy[]): string =>
  text.replaceAll(/\/changes\/(\d+)/g, (pointer, at: string) => {
    const file = wanted[Number(at)]?.file;
    return file === undefined ? pointer : `${file} `;
  });

const tell = async (
  options: ApplyPoliciesOptions,
  answer: PoliciesChanged,
  wanted: readonly WantedPolicy[],
  output: Output,
): Promise<ExitCode> => {
  const { workspace, wait, dryRun, json } = options;
  if (!json) for (const line of linesOf(answer, wanted)) output.stdout(line);
  const { policyEvents } = answer;
  const judged =
    wait === null || dryRun ? null : await waitUntilJudged(options, { workspace, policyEvents, seconds: wait }, output);
  if (json) output.stdout(JSON.stringify({ ...answer, judged }));
  else if (judged !== null)
    output.stdout(judged ? 'Every package is judged by them.' : 'Not every package is judged by them yet.');
  return judged === false ? 1 : 0;
};

const linesOf = (
  { changed, dryRun, warnings }: PoliciesChanged,
  wanted: readonly WantedPolicy[],
): readonly string[] => {
  const about = warnings.map(
    ({ at, message, line }) => `! ${wanted[at]?.file ?? ''}${line > 0 ? ` line ${line}` : ''}: ${message}`,
  );
  if (changed.length === 0) return [...about, 'The policies are as described.'];
  const said = dryRun ? 'Nothing was changed: --dry-run.' : 'Done, all at once.';
  return [...about, ...changed.map(changeLine), said];
};

const changeLine = ({
  policyId,
  name,
  created,
  revisionBefore,
  revisionAfter,
  activeBefore,
  activeAfter,
}: PoliciesChanged['changed'][number]): string => {
  const revised =
    revisionBefore === revisionAfter ? [] : [created ? 'new' : `revision ${revisionBefore} -> ${revisionAfter}`];
  const switched = activeBefore === activeAfter ? [] : [`active ${activeBefore ?? 'none'} -> ${activeAfter ?? 'none'}`];
  return `${created ? '+' : '~'} ${policyId} (${name}): ${[...revised, ...switched].join(', ')}`;
};
