import { context, propagation } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider, type ReadableSpan } from '@opentelemetry/sdk-trace';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ATTRIBUTES, SPANS } from '../names.js';
import { inSpan, step } from './in-span.js';
import { samplerFrom } from './sampler.js';
import { linkToOrigin, traceBatch } from './trace-batch.js';
import { withTraceContext } from './trace-context.js';
import { useTracers } from './tracers.js';

const exporter = new InMemorySpanExporter();
const traceparent = (trace: number, sampled = true): string =>
  `00-${String(trace).padStart(32, '0')}-${String(trace).padStart(16, '0')}-${sampled ? '01' : '00'}`;
const traceOf = (text: string | null | undefined): string => text?.split('-')[1] ?? '';
const options = { service: 'evaluation', messageSpan: SPANS.evaluate };

const turnOn = (env: NodeJS.ProcessEnv = {}): void => {
  const provider = new TracerProvider({
    sampler: samplerFrom(env),
    spanProcessors: [new SimpleSpanProcessor({ exporter })],
  });
  useTracers(() => provider.getTracer('test'));
};
const spans = (name: string): readonly ReadableSpan[] =>
  exporter.getFinishedSpans().filter((span) => span.name === name);

beforeAll(() => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
});
beforeEach(() => {
  exporter.reset();
  turnOn();
});
afterAll(() => {
  useTracers(null);
  context.disable();
  propagation.disable();
});

describe('a batch', () => {
  test('of several traces has a trace of its own that links to theirs, and its steps are told in each', async () => {
    const own = await traceBatch(options, [traceparent(1), traceparent(2), null], (given) =>
      step(SPANS.append, () => given),
    );
    expect(own.map(traceOf)).toEqual([traceOf(traceparent(1)), traceOf(traceparent(2)), '']);
    const [batch] = spans(SPANS.handleBatch);
    expect(batch?.links.map((link) => link.context.traceId)).toEqual([
      traceOf(traceparent(1)),
      traceOf(traceparent(2)),
    ]);
    expect(
      spans(SPANS.append)
        .map((span) => span.spanContext().traceId)
        .sort(),
    ).toEqual([traceOf(traceparent(1)), traceOf(traceparent(2)), batch?.spanContext().traceId].sort());
    for (const span of spans(SPANS.evaluate)) expect(span.links[0]?.context.traceId).toBe(batch?.spanContext().traceId);
  });

  test('of one trace stays in it, with a span of the batch and one below it for each message', async () => {
    await traceBatch(options, [traceparent(1), traceparent(1)], async () => undefined);
    const [batch] = spans(SPANS.handleBatch);
    expect(batch?.spanContext().traceId).toBe(traceOf(traceparent(1)));
    expect(spans(SPANS.evaluate).map(({ parentSpanContext }) => parentSpanContext?.spanId)).toEqual([
      batch?.spanContext().spanId,
      batch?.spanContext().spanId,
    ]);
  });

  test('of one message is one span, and its steps are below it', async () => {
    await traceBatch(options, [traceparent(1)], () => step(SPANS.append, () => undefined));
    const [span] = spans(SPANS.evaluate);
    expect(spans(SPANS.append)[0]?.parentSpanContext?.spanId).toBe(span?.spanContext().spanId);
    expect(exporter.getFinishedSpans()).toHaveLength(2);
  });

  test('of more than 16 sampled messages tells its steps once', async () => {
    await traceBatch(
      options,
      Array.from({ length: 17 }, (_, i) => traceparent(i + 1)),
      () => step(SPANS.append, () => undefined),
    );
    expect(spans(SPANS.append)).toHaveLength(1);
    expect(spans(SPANS.evaluate)).toHaveLength(17);
  });

  test('without a sampled message makes no span and hands the traceparents on as they came', async () => {
    const given = [traceparent(1, false), null];
    expect(await traceBatch(options, given, (own) => step(SPANS.append, () => own))).toEqual(given);
    expect(exporter.getFinishedSpans()).toEqual([]);
  });

  test('that holds one sampled message is sampled whatever the ratio', async () => {
    turnOn({ OTEL_TRACES_SAMPLER: 'parentbased_traceidratio', OTEL_TRACES_SAMPLER_ARG: '0' });
    await traceBatch(options, [traceparent(1), traceparent(2), traceparent(3, false)], async () => undefined);
    expect(spans(SPANS.handleBatch)).toHaveLength(1);
    expect(spans(SPANS.evaluate)).toHaveLength(2);
  });

  test('that faults says so, and the fault goes on', async () => {
    await expect(traceBatch(options, [traceparent(1)], () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(spans(SPANS.evaluate)[0]?.status.message).toBe('no');
  });
});

test('a judgement anew links to what caused it and to the event that brought the package', async () => {
  await inSpan({ service: 'evaluation', name: SPANS.sweep, parent: null, causes: [traceparent(7), null] }, () =>
    traceBatch(
      options,
      [null].map(() => withTraceContext({})['traceparent'] ?? null),
      async ([own]) => linkToOrigin(own ?? null, traceparent(8)),
    ),
  );
  const [sweep] = spans(SPANS.sweep);
  expect(sweep?.links.map((link) => link.context.traceId)).toEqual([traceOf(traceparent(7))]);
  expect(sweep?.attributes[ATTRIBUTES.causeTrace]).toBe(traceOf(traceparent(7)));
  const [judged] = spans(SPANS.evaluate);
  expect(judged?.links.map((link) => link.context.traceId)).toEqual([traceOf(traceparent(8))]);
  expect(judged?.spanContext().traceId).toBe(sweep?.spanContext().traceId);
});

test('while tracing is off nothing is made and nothing is changed', async () => {
  useTracers(null);
  const given = [traceparent(1)];
  expect(await traceBatch(options, given, (own) => step(SPANS.append, () => own))).toBe(given);
  expect(await inSpan({ service: 'api', name: SPANS.loadFeed }, async (span) => span)).toBeNull();
  expect(exporter.getFinishedSpans()).toEqual([]);
});

test('a message that names a trace keeps it, whatever the current span is', async () => {
  await inSpan({ service: 'api', name: SPANS.loadFeed }, async () =>
    expect(withTraceContext({ traceparent: traceparent(5) })).toEqual({ traceparent: traceparent(5) }),
  );
});
