import { WrongUse } from './exit-code-of.js';

/** A running system, and the key that it takes. */
export interface RunningSystem {
  readonly url: string;
  readonly key: string | undefined;
}

/** A JSON answer; of a refusal it is a problem document. */
export interface SystemAnswer {
  readonly ok: boolean;
  readonly body: unknown;
}

/** Sends a request to the running system. @throws when nothing answers there, or not in JSON; the message says the cure. */
export const askSystem = async (
  { url, key }: RunningSystem,
  method: 'GET' | 'POST',
  path: string,
  body?: unknown,
): Promise<SystemAnswer> => {
  if (!URL.canParse(path, url)) throw new WrongUse(`--url ${url} is no address: write it as http://host:port.`);
  const response = await fetch(new URL(path, url), {
    method,
    headers: {
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(key ? { authorization: `Bearer ${key}` } : {}),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  }).catch((cause: unknown) => {
    throw new Error(`Nothing answers at ${url}. Start Weir, or name it with --url.`, { cause });
  });
  try {
    return { ok: response.ok, body: await response.json() };
  } catch (cause) {
    throw new Error(`What answers at ${url} is not Weir: ${path} gave no JSON. Name Weir with --url.`, { cause });
  }
};

/** What a problem document says, in one line for each field. */
export const problemText = (body: unknown): string => {
  const {
    detail,
    title,
    errors = [],
  } = body as {
    readonly detail?: string;
    readonly title?: string;
    readonly errors?: readonly { readonly pointer: string; readonly detail: string; readonly line?: number }[];
  };
  const fields = errors.map(({ pointer, detail: what, line }) => `  ${pointer}${line ? ` line ${line}` : ''}: ${what}`);
  return [detail ?? title ?? 'refused', ...fields].join('\n');
};
