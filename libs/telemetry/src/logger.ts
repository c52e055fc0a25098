import { pino, type Logger } from 'pino';

export type { Logger } from 'pino';

/** JSON lines on stderr, so that commands keep stdout to themselves. LOG_LEVEL sets the level; info unless told. */
export const createLogger = (name: string): Logger =>
  pino({ name, level: levelFrom(process.env['LOG_LEVEL']), base: { name }, timestamp: pino.stdTimeFunctions.isoTime }, pino.destination({ fd: 2, sync: true }));

const levelFrom = (value: string | undefined): string => {
  const level = value?.toLowerCase() ?? 'info';
  return level === 'silent' || level in pino.levels.values ? level : 'info';
};
