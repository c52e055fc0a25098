import type { Tracer } from '@opentelemetry/api';

/** Gives the tracer of a service; set while tracing is on. */
type TracerOf = (service: string) => Tracer;

let current: TracerOf | null = null;

/** The tracer of a service, or null while tracing is off: whoever asks then does nothing at all. */
export const tracerOf = (service: string): Tracer | null => (current === null ? null : current(service));

export const isTracing = (): boolean => current !== null;

/** Turns tracing on (or off with null) for this process. */
export const useTracers = (tracers: TracerOf | null): void => {
  current = tracers;
};
