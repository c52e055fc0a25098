import { TraceFlags, type Attributes, type Context, type Link, type SpanKind } from '@opentelemetry/api';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  ParentBasedSampler,
  SamplingDecision,
  TraceIdRatioBasedSampler,
  type Sampler,
  type SamplingResult,
} from '@opentelemetry/sdk-trace';
import { ConfigurationFault } from '../configuration.js';

const KNOWN = [
  'always_on',
  'always_off',
  'traceidratio',
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
] as const;

/**
 * The sampler that OTEL_TRACES_SAMPLER and OTEL_TRACES_SAMPLER_ARG name; all traces unless told. Whatever it is, a trace
 * that begins with a link to a sampled one is sampled: else a batch, or a judgement anew, would be missing where it is
 * looked for.
 * @throws ConfigurationFault for an unknown sampler or a ratio outside 0 to 1.
 */
export const samplerFrom = (env: NodeJS.ProcessEnv): Sampler => {
  const name = KNOWN.find((known) => known === (env['OTEL_TRACES_SAMPLER'] ?? 'parentbased_always_on'));
  if (!name)
    throw new ConfigurationFault([
      `OTEL_TRACES_SAMPLER is ${env['OTEL_TRACES_SAMPLER'] ?? ''}: set one of ${KNOWN.join(', ')}.`,
    ]);
  const root = followLinks(rootOf(name, env['OTEL_TRACES_SAMPLER_ARG']));
  return name.startsWith('parentbased_') ? new ParentBasedSampler({ root }) : root;
};

const rootOf = (name: (typeof KNOWN)[number], argument: string | undefined): Sampler => {
  if (name.endsWith('always_on')) return new AlwaysOnSampler();
  if (name.endsWith('always_off')) return new AlwaysOffSampler();
  const ratio = Number(argument ?? 1);
  if (!(ratio >= 0 && ratio <= 1))
    throw new ConfigurationFault([
      `OTEL_TRACES_SAMPLER_ARG is ${argument ?? ''}: set the share of traces to keep, from 0 to 1.`,
    ]);
  return new TraceIdRatioBasedSampler(ratio);
};

const followLinks = (otherwise: Sampler): Sampler => ({
  shouldSample: (
    context: Context,
    traceId: string,
    name: string,
    kind: SpanKind,
    attributes: Attributes,
    links: Link[],
  ): SamplingResult =>
    links.some((link) => (link.context.traceFlags & TraceFlags.SAMPLED) !== 0)
      ? { decision: SamplingDecision.RECORD_AND_SAMPLED }
      : otherwise.shouldSample(context, traceId, name, kind, attributes, links),
  toString: () => `FollowLinks{${otherwise.toString()}}`,
});
