import { globSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { parse } from 'yaml';

const kinds = ['vulnerability', 'licence', 'time', 'lifecycle'];
const cell = (text) => String(text).replaceAll('|', '\\|').replaceAll('\n', ' ');
const inline = (value) => `\`${JSON.stringify(value)}\``;

const actionText = (action) =>
  action.type === 'SetPackageState'
    ? action.state
    : `${action.type === 'AddPackageTags' ? 'tag' : 'untag'} ${action.tags.map((tag) => `\`${tag}\``).join(', ')}`;

/** The claim that stands in the policy's own METADATA: what is true when it matches. */
const claimOf = (rego) => {
  const comment = rego.slice(0, rego.indexOf('\npackage ')).split('\n');
  const metadata = comment.filter((line) => line.startsWith('# ')).map((line) => line.slice(2));
  return metadata.length === 0 ? null : parse(metadata.slice(1).join('\n')).description.trim();
};

const parameterRows = (properties) =>
  Object.entries(properties).map(
    ([name, schema]) => `| \`${name}\` | ${cell(schema.description)} | ${inline(schema.default)} |`,
  );

const sectionOf = ({ template, rego }) => {
  const rows = parameterRows(template.parameters.properties);
  return [
    `### ${template.name}`,
    template.description,
    ...[claimOf(rego)].filter((claim) => claim !== null),
    `Does: ${template.actions.map(actionText).join('; ')}. Precedence ${template.precedence}${template.terminal ? ', terminal' : ''}; on an error ${template.onError}.`,
    rows.length === 0
      ? 'It has no parameters.'
      : ['| parameter | meaning | default |', '|---|---|---|', ...rows].join('\n'),
    `Reads: ${template.reads.map((path) => `\`${path}\``).join(', ')}.`,
  ].join('\n\n');
};

const readPolicies = () =>
  globSync('policies/*/template.yaml')
    .sort()
    .map((file) => ({
      template: parse(readFileSync(file, 'utf8')),
      rego: readFileSync(`${dirname(file)}/policy.rego`, 'utf8'),
    }));

/** Every policy of the library, from its template and the METADATA of its Rego. */
export const policiesReference = () => {
  const policies = readPolicies();
  const head = `# The policy library

${policies.length} policies ship with Weir, compiled. Each is a folder of [policies](../../policies): the Rego, its tests, cases that every evaluator must pass, and the template below. Parameters are read as \`data.parameters\`; one that is missing or of another type counts as its default.`;
  const sections = kinds.flatMap((kind) => {
    const own = policies.filter(({ template }) => template.kind === kind);
    return own.length === 0 ? [] : [`## ${kind[0].toUpperCase()}${kind.slice(1)}`, ...own.map(sectionOf)];
  });
  return { path: 'docs/reference/policies.md', text: `${[head, ...sections].join('\n\n')}\n` };
};

export const references = () => [policiesReference()];
