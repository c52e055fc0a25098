import { ConfigurationFault } from '../configuration.js';

export type TraceExporterName = 'otlp' | 'zipkin';

const KNOWN: readonly string[] = ['otlp', 'zipkin', 'none'];

/**
 * Which exporters the environment asks for: those of OTEL_TRACES_EXPORTER, else each whose endpoint is set.
 * @throws ConfigurationFault for an exporter that there is none of.
 */
export const tracingConfigurationFrom = (
  env: NodeJS.ProcessEnv,
): { readonly exporters: readonly TraceExporterName[] } => {
  if (env['OTEL_SDK_DISABLED']?.toLowerCase() === 'true') return { exporters: [] };
  const named = (env['OTEL_TRACES_EXPORTER'] ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  const unknown = named.filter((name) => !KNOWN.includes(name));
  if (unknown.length > 0)
    throw new ConfigurationFault([
      `OTEL_TRACES_EXPORTER is ${unknown.join(',')}: set otlp, zipkin, both with a comma, or none.`,
    ]);
  if (named.length > 0) return { exporters: [...new Set(named.filter(isExporter))] };
  return {
    exporters: [
      ...(isSet(env, 'OTEL_EXPORTER_OTLP_ENDPOINT', 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT') ? ['otlp' as const] : []),
      ...(isSet(env, 'OTEL_EXPORTER_ZIPKIN_ENDPOINT') ? ['zipkin' as const] : []),
    ],
  };
};

const isExporter = (name: string): name is TraceExporterName => name === 'otlp' || name === 'zipkin';

const isSet = (env: NodeJS.ProcessEnv, ...names: readonly string[]): boolean =>
  names.some((name) => (env[name] ?? '') !== '');
