import type { NestFastifyApplication } from '@nestjs/platform-fastify';

/** Lets `app` listen; a port that cannot be had is told by name with the cure. 0 takes any free port. */
export const listenOn = async (app: NestFastifyApplication, port: number, host: string): Promise<void> => {
  try {
    await app.listen(port, host);
  } catch (cause) {
    const why = REASONS[codeOf(cause)];
    throw why ? new Error(`${why(port, host)} with --port, or another address with HOST.`, { cause }) : cause;
  }
};

const REASONS: Readonly<Record<string, (port: number, host: string) => string>> = {
  EADDRINUSE: (port, host) => `Port ${port} of ${host} is in use. End what listens there, or choose another port`,
  EACCES: (port, host) => `This account may not listen on port ${port} of ${host}. Choose one over 1023`,
  EADDRNOTAVAIL: (port, host) =>
    `${host} is no address of this machine, so port ${port} cannot be had there. Choose another port`,
};

const codeOf = (fault: unknown): string => (fault instanceof Error && 'code' in fault ? String(fault.code) : '');
