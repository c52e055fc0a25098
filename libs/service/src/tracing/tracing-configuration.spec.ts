import { expect, test } from 'vitest';
import { samplerFrom } from './sampler.js';
import { tracingConfigurationFrom } from './tracing-configuration.js';

test.for([
  [{}, []],
  [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318' }, ['otlp']],
  [{ OTEL_EXPORTER_ZIPKIN_ENDPOINT: 'http://zipkin:9411/api/v2/spans' }, ['zipkin']],
  [{ OTEL_TRACES_EXPORTER: 'otlp, zipkin' }, ['otlp', 'zipkin']],
  [{ OTEL_TRACES_EXPORTER: 'none', OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318' }, []],
  [{ OTEL_SDK_DISABLED: 'true', OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318' }, []],
] as const)('%j sends traces by %j', ([env, exporters]) => {
  expect(tracingConfigurationFrom(env)).toEqual({ exporters });
});

test('an exporter, sampler or ratio that there is none of is refused with the cure', () => {
  expect(() => tracingConfigurationFrom({ OTEL_TRACES_EXPORTER: 'jaeger' })).toThrow(
    /OTEL_TRACES_EXPORTER is jaeger: set otlp, zipkin/,
  );
  expect(() => samplerFrom({ OTEL_TRACES_SAMPLER: 'some' })).toThrow(
    /OTEL_TRACES_SAMPLER is some: set one of always_on/,
  );
  expect(() => samplerFrom({ OTEL_TRACES_SAMPLER: 'traceidratio', OTEL_TRACES_SAMPLER_ARG: '2' })).toThrow(
    /from 0 to 1/,
  );
});
