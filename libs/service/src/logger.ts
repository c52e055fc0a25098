import { trace } from '@opentelemetry/api';
import { pino, type Logger } from 'pino';
import { z } from 'zod';
import { LOG_FIELDS } from './names.js';
import { traceOfFault } from './tracing/fault-trace.js';

/** LOG_LEVEL, which the logger of every process reads. */
export const logLevelSchema = z
  .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])
  .default('info')
  .describe('Least severe log lines that are written: fatal, error, warn, info, debug, trace or silent');

/**
 * JSON lines on stderr, so that commands keep stdout to themselves. LOG_LEVEL sets the level; info unless told.
 * What is logged in a span names its trace, and so does a fault that was thrown in one.
 */
export const createLogger = (name: string): Logger =>
  pino(
    {
      name,
      serializers: { err: faultOf },
      level: levelFrom(process.env['LOG_LEVEL']),
      base: { name },
      timestamp: pino.stdTimeFunctions.isoTime,
      mixin: traceFields,
    },
    pino.destination({ fd: 2, sync: true }),
  );

const traceFields = (line: object): Record<string, string> => {
  const span = trace.getActiveSpan()?.spanContext() ?? traceOfFault('err' in line ? line.err : undefined);
  return span ? { [LOG_FIELDS.traceId]: span.traceId, [LOG_FIELDS.spanId]: span.spanId } : {};
};

/** What a fault tells, without the objects that drivers hang on it: those hold sockets, queries and passwords. */
const faultOf = (fault: unknown): unknown => {
  if (!(fault instanceof Error)) return fault;
  const code = 'code' in fault ? { code: fault.code } : {};
  const cause = fault.cause === undefined ? {} : { cause: faultOf(fault.cause) };
  return { type: fault.name, message: fault.message, ...code, stack: fault.stack, ...cause };
};

const levelFrom = (value: string | undefined): string => {
  const level = value?.toLowerCase() ?? 'info';
  return level === 'silent' || level in pino.levels.values ? level : 'info';
};
