import { KEY_PERMISSIONS, type CreateKeyBody, type KeyView, type KeyWithText } from '@weir/contracts';
import { makeKeyText, readKeyText } from '@weir/service';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { problemText, type SystemAnswer } from './ask-system.js';
import { NotThere, WrongUse } from './exit-code-of.js';
import type { KeysAt } from './keys-at.js';
import type { ExitCode, Output } from './output.js';

export interface CreateKeyOptions {
  readonly name: string;
  /** As given: permissions with commas between, or `all`. */
  readonly permissions: string;
  readonly workspaces: string | undefined;
  readonly expires: string | undefined;
  /** Make none when there is one of that name. */
  readonly ifNone: boolean;
  /** Where the key is written; a key that stands there already is registered instead of a new one. */
  readonly file: string | undefined;
  readonly json: boolean;
}

/** `weir keys create`: the key alone on stdout, so that a script can take it; 1 when it was refused. */
export const createKeyCommand = async (keys: KeysAt, options: CreateKeyOptions, output: Output): Promise<ExitCode> => {
  const { name, ifNone, file, json } = options;
  const known = ifNone ? await namesake(keys, name) : undefined;
  if (known) {
    if (json) output.stdout(JSON.stringify(known));
    output.stderr(`There is a key ${name} already, ${known.keyId}: none was made.`);
    return 0;
  }
  const written = file === undefined ? null : textIn(file, keys);
  const answer = await registered(keys, options, written);
  if (!answer.ok) return failed(answer, json, output);
  const made = answer.body as KeyWithText;
  if (file !== undefined && !written) keep(file, made.key);
  if (json) output.stdout(JSON.stringify(file === undefined ? made : { ...made, key: undefined, file }));
  else if (file === undefined) output.stdout(made.key);
  output.stderr(
    `Made the key ${name} (${made.keyId}): ${made.permissions.join(', ')}, for ${made.workspaces?.join(', ') ?? 'all workspaces'}. ${
      file === undefined ? 'This is the only time that it is shown.' : `It stands in ${file}.`
    } Services need a key for every request now.`,
  );
  return 0;
};

/** A text that was not registered is no key: it is not left behind. */
const registered = async (
  keys: KeysAt,
  options: CreateKeyOptions,
  written: ReturnType<typeof textIn>,
): Promise<SystemAnswer> => {
  let isMade = false;
  try {
    const answer = await keys.create(bodyOf(options), written?.text);
    isMade = answer.ok;
    return answer;
  } finally {
    if (!isMade && written?.isNew && options.file !== undefined) rmSync(options.file);
  }
};

const bodyOf = ({ name, permissions, workspaces, expires }: CreateKeyOptions): CreateKeyBody => ({
  name,
  permissions: (permissions === 'all' ? [...KEY_PERMISSIONS] : listed(permissions)) as CreateKeyBody['permissions'],
  workspaces: workspaces === undefined ? null : listed(workspaces),
  expiresAt: expires ?? null,
});

const listed = (text: string): string[] => text.split(',').flatMap((one) => one.trim() || []);

/** The key that stands in a file, or a new one written there before it is registered: so none is lost in between. */
const textIn = (file: string, keys: KeysAt): { readonly text: string; readonly isNew: boolean } | null => {
  const found = existsSync(file) ? readFileSync(file, 'utf8').trim() : '';
  if (found !== '' && !readKeyText(found))
    throw new WrongUse(`${file} holds something else than a key: name another file.`);
  if (found !== '' && !keys.takesTexts)
    throw new WrongUse(
      `${file} holds a key already, and one made elsewhere is registered with --database or --data alone.`,
    );
  if (found !== '') return { text: found, isNew: false };
  if (!keys.takesTexts) return null;
  const { text } = makeKeyText();
  keep(file, text);
  return { text, isNew: true };
};

/** For its owner alone. */
const keep = (file: string, key: string): void => writeFileSync(file, `${key}\n`, { mode: 0o600 });

/** `weir keys list`: every key that was ever made, the latest first. */
export const listKeysCommand = async (keys: KeysAt, json: boolean, output: Output): Promise<ExitCode> => {
  const answer = await keys.list();
  if (!answer.ok) return failed(answer, json, output);
  const all = keysOf(answer);
  if (json) output.stdout(JSON.stringify(answer.body));
  else if (all.length === 0) output.stderr('No key was ever made. weir keys create makes one.');
  else for (const key of all) output.stdout(lineOf(key));
  return 0;
};

const lineOf = (key: KeyView): string =>
  [
    key.keyId,
    key.name,
    key.state,
    key.permissions.join(','),
    key.workspaces?.join(',') ?? 'all workspaces',
    key.expiresAt === null ? 'no end' : `until ${key.expiresAt}`,
    key.lastUsedAt === null ? 'never used' : `used ${key.lastUsedAt}`,
  ].join('\t');

/** `weir keys rotate`: the new text alone on stdout. */
export const rotateKeyCommand = async (
  keys: KeysAt,
  { key, overlapHours, json }: { readonly key: string; readonly overlapHours: number; readonly json: boolean },
  output: Output,
): Promise<ExitCode> => {
  const { keyId, name } = await named(keys, key);
  const answer = await keys.rotate(keyId, { overlapHours });
  if (!answer.ok) return failed(answer, json, output);
  const made = answer.body as KeyWithText;
  output.stdout(json ? JSON.stringify(made) : made.key);
  output.stderr(
    `The key ${name} (${keyId}) has another text, shown this once. The former one ${made.formerEndsAt === null ? 'has ended' : `is taken until ${made.formerEndsAt}`}.`,
  );
  return 0;
};

/** `weir keys revoke`. */
export const revokeKeyCommand = async (
  keys: KeysAt,
  { key, json }: { readonly key: string; readonly json: boolean },
  output: Output,
): Promise<ExitCode> => {
  const { keyId, name } = await named(keys, key);
  const answer = await keys.revoke(keyId);
  if (!answer.ok) return failed(answer, json, output);
  output.stdout(json ? JSON.stringify(answer.body) : `The key ${name} (${keyId}) is revoked for good.`);
  return 0;
};

const failed = ({ body }: SystemAnswer, json: boolean, output: Output): ExitCode => {
  if (json) output.stdout(JSON.stringify(body));
  else output.stderr(problemText(body));
  return 1;
};

const keysOf = ({ body }: SystemAnswer): readonly KeyView[] => (body as { readonly keys: readonly KeyView[] }).keys;

const allKeys = async (keys: KeysAt): Promise<readonly KeyView[]> => {
  const answer = await keys.list();
  if (answer.ok) return keysOf(answer);
  throw new NotThere(problemText(answer.body));
};

const namesake = async (keys: KeysAt, name: string): Promise<KeyView | undefined> =>
  (await allKeys(keys)).find((key) => key.name === name && key.state !== 'revoked');

/** By its id, or by its name unless it was revoked. */
const named = async (keys: KeysAt, key: string): Promise<KeyView> => {
  const all = await allKeys(keys);
  const found =
    all.find(({ keyId }) => keyId === key) ?? all.find(({ name, state }) => name === key && state !== 'revoked');
  if (found) return found;
  const revoked = all.some(({ name }) => name === key);
  throw new NotThere(
    revoked
      ? `The key ${key} is revoked for good. weir keys list shows those in force.`
      : `There is no key ${key}. weir keys list shows those that exist.`,
  );
};
