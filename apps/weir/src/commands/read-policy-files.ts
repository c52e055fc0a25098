import { existsSync, readdirSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { policyContentFields, strictObject, visibleName } from '@weir/contracts';
import { changedNumberIn, describeIssue } from '@weir/service';
import { isScalar, LineCounter, parseDocument, visit, type Document } from 'yaml';
import { z } from 'zod';
import { WrongUse } from './exit-code-of.js';

/** The name of the file that describes a policy, beside the policy's text in `policy.rego`. */
export const POLICY_FILE = 'policy.yaml';
const TEXT_FILE = 'policy.rego';

const { rego: _rego, name: _name, ...fields } = policyContentFields;

const policyFileSchema = strictObject({
  name: visibleName(100),
  active: z.boolean().default(true),
  ...fields,
});

/** A policy as a folder wants it; `file` says where. */
export interface WantedPolicy extends z.output<typeof policyFileSchema> {
  readonly file: string;
  readonly rego?: string;
}

/** The policies that a file, or the files of a folder and its folders, describe. @throws WrongUse naming file and field. */
export const readPolicyFiles = async (path: string): Promise<readonly WantedPolicy[]> => {
  if (!existsSync(path)) throw new WrongUse(`No such file or folder: ${path}.`);
  const files = statSync(path).isDirectory() ? filesBelow(path) : [path];
  if (files.length === 0)
    throw new WrongUse(
      `${path} holds no ${POLICY_FILE}. Describe each policy in a folder of its own by ${POLICY_FILE}.`,
    );
  return Promise.all(files.map(readPolicyFile));
};

const filesBelow = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file === POLICY_FILE || file.endsWith(`/${POLICY_FILE}`))
    .sort()
    .map((file) => join(folder, file));

const readPolicyFile = async (file: string): Promise<WantedPolicy> => {
  const parsed = policyFileSchema.safeParse(yamlOf(file, await readFile(file, 'utf8')));
  const [issue] = parsed.error?.issues ?? [];
  if (!parsed.success)
    throw new WrongUse(
      `${file}: ${issue ? `${issue.path.join('.') || 'the file'} ${describeIssue(issue)}` : 'is no policy'}`,
    );
  const text = join(dirname(file), TEXT_FILE);
  if (parsed.data.template !== undefined) return { ...parsed.data, file };
  if (!existsSync(text))
    throw new WrongUse(`${file}: name a template of the library, or put the text beside it as ${TEXT_FILE}.`);
  return { ...parsed.data, file, rego: await readFile(text, 'utf8') };
};

const yamlOf = (file: string, text: string): unknown => {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const [fault] = document.errors;
  if (fault) throw new WrongUse(`${file} is no YAML: ${fault.message}`, { cause: fault });
  refuseChangedNumbers(file, document, lines);
  return document.toJS();
};

/** Also what a number of YAML can be and none of JSON: .inf and .nan would arrive as null. */
const refuseChangedNumbers = (file: string, document: Document.Parsed, lines: LineCounter): void => {
  visit(document, {
    Scalar: (_, node) => {
      if (!isScalar(node) || typeof node.value !== 'number') return;
      const changed = Number.isFinite(node.value)
        ? changedNumberIn(node.source ?? '')?.detail
        : 'is no number of JSON: write another one, or text in quotes';
      if (changed === undefined) return;
      const { line, col } = lines.linePos(node.range?.[0] ?? 0);
      throw new WrongUse(`${file}:${line}:${col}: ${node.source ?? 'the number'} ${changed}`);
    },
  });
};
