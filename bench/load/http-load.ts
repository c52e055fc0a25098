import { Agent, request, type RequestOptions } from 'node:http';

export interface HttpRequest {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body?: Buffer;
}

export interface HttpLoad {
  /** Asks each in turn on all connections at once; resolves to how many answers were 200 and `isRight`. */
  run(requests: readonly HttpRequest[], isRight: (body: string, index: number) => boolean): Promise<number>;
  close(): void;
}

/** A client with keep-alive on a fixed number of connections, each of which asks again as soon as it is answered. */
export const openHttpLoad = (url: string, connections: number): HttpLoad => {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const { hostname, port } = new URL(url);
  const ask = ({ method, path, body }: HttpRequest): Promise<string | null> =>
    new Promise((resolve, reject) => {
      const options: RequestOptions = {
        agent,
        hostname,
        port,
        method,
        path,
        headers: body === undefined ? {} : { 'content-type': 'application/json', 'content-length': body.length },
      };
      const sent = request(options, (response) => {
        let text = '';
        response
          .setEncoding('utf8')
          .on('data', (chunk: string) => (text += chunk))
          .on('error', reject)
          .on('end', () => resolve(response.statusCode === 200 ? text : null));
      });
      sent.on('error', reject).end(body);
    });
  return {
    run: async (requests, isRight) => {
      let [next, right] = [0, 0];
      const worker = async (): Promise<void> => {
        for (let index = next++; index < requests.length; index = next++) {
          const answer = await ask(requests[index] as HttpRequest);
          if (answer !== null && isRight(answer, index)) right += 1;
        }
      };
      await Promise.all(Array.from({ length: connections }, worker));
      return right;
    },
    close: () => agent.destroy(),
  };
};
