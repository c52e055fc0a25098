import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../tools/testing/free-port.js';
import { startProgram, type RunningProgram } from './running-program.js';
import { zipkinJar } from './zipkin-jar.js';

/** A span as Zipkin's API v2 gives it. */
export interface ZipkinSpan {
  readonly traceId: string;
  readonly id: string;
  readonly parentId?: string;
  readonly name: string;
  readonly kind?: string;
  readonly localEndpoint?: { readonly serviceName?: string };
  readonly tags?: Readonly<Record<string, string>>;
}

export interface Zipkin extends RunningProgram {
  /** Where exporters send to. */
  readonly endpoint: string;
  /** The spans of a trace as soon as `isWhole` holds, or as they are after a minute. */
  trace(traceId: string, isWhole: (spans: readonly ZipkinSpan[]) => boolean): Promise<readonly ZipkinSpan[]>;
  /** Traces with a span of that name. */
  tracesWith(spanName: string): Promise<readonly (readonly ZipkinSpan[])[]>;
}

/** A real Zipkin server that keeps its traces in memory. */
export const startZipkin = async (): Promise<Zipkin> => {
  const jar = zipkinJar();
  const port = await freePort();
  const env = { QUERY_PORT: String(port), STORAGE_TYPE: 'mem', JAVA_OPTS: '' };
  const running = await startProgram('java', ['-Xmx256m', '-XX:TieredStopAtLevel=1', '-jar', jar], env, {
    port,
    path: '/health',
  });
  const get = async <T>(path: string): Promise<T | null> => {
    const response = await fetch(`${running.url}${path}`);
    return response.ok ? ((await response.json()) as T) : null;
  };
  return {
    ...running,
    endpoint: `${running.url}/api/v2/spans`,
    trace: async (traceId, isWhole) => {
      const until = Date.now() + 60_000;
      for (;;) {
        const spans = (await get<ZipkinSpan[]>(`/api/v2/trace/${traceId}`)) ?? [];
        if (isWhole(spans) || Date.now() > until) return spans;
        await sleep(250);
      }
    },
    tracesWith: async (spanName) =>
      (await get<ZipkinSpan[][]>(
        `/api/v2/traces?spanName=${encodeURIComponent(spanName)}&limit=200&lookback=3600000`,
      )) ?? [],
  };
};
