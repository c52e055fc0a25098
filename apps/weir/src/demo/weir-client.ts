import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';

/** What Weir answered instead of what was asked for. */
export class RequestRefused extends Error {
  override readonly name = 'RequestRefused';

  constructor(what: string, status: number, answer: unknown) {
    super(`${what} was answered with ${status}: ${JSON.stringify(answer)}`);
  }
}

/** The HTTP interface of a running Weir, as the demo uses it: nothing that any other client could not do. */
export interface WeirClient {
  get<T>(path: string): Promise<T>;
  post<T>(path: string, body: unknown, contentType?: string): Promise<T>;
  upload<T>(path: string, file: string): Promise<T>;
}

interface Sent extends RequestInit {
  readonly headers?: Readonly<Record<string, string>>;
}

/** `key`: shown with every request, where one is asked for. */
export const weirClient = (url: string, key?: string): WeirClient => {
  const shown = key === undefined ? {} : { authorization: `Bearer ${key}` };
  const request = async <T>(path: string, init: Sent): Promise<T> => {
    const response = await fetch(new URL(path, url), { ...init, headers: { ...init.headers, ...shown } });
    const answer: unknown = await response.json();
    if (!response.ok) throw new RequestRefused(`${init.method ?? 'GET'} ${path}`, response.status, answer);
    return answer as T;
  };
  return {
    get: (path) => request(path, {}),
    post: (path, body, contentType = 'application/json') =>
      request(path, { method: 'POST', headers: { 'content-type': contentType }, body: JSON.stringify(body) }),
    upload: (path, file) =>
      request(path, {
        method: 'POST',
        headers: { 'content-type': 'application/octet-stream' },
        body: Readable.toWeb(createReadStream(file)) as ReadableStream,
        duplex: 'half',
      }),
  };
};
