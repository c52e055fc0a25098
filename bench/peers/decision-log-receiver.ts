import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';

/** Takes OPA's decision log and keeps it in memory only, which is less than any real receiver does. */
export interface DecisionLogReceiver {
  readonly url: string;
  /** How many decisions came so far; unpacks them, so ask outside of what is measured. */
  count(): number;
  close(): void;
}

export const startDecisionLogReceiver = async (): Promise<DecisionLogReceiver> => {
  const bodies: Buffer[] = [];
  let counted = 0;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request
      .on('data', (chunk: Buffer) => chunks.push(chunk))
      .on('end', () => {
        bodies.push(Buffer.concat(chunks));
        response.writeHead(200).end();
      });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    count: () => {
      for (const body of bodies.splice(0))
        counted += (JSON.parse(gunzipSync(body).toString()) as readonly unknown[]).length;
      return counted;
    },
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
};
