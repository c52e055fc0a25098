import type { z } from 'zod';
import { describeIssue } from './http/describe-issue.js';

/** The environment does not make a valid configuration; the message lists every wrong variable with its cure. */
export class ConfigurationFault extends Error {
  override readonly name = 'ConfigurationFault';

  constructor(readonly findings: readonly string[]) {
    super(`The configuration is wrong:\n${findings.map((finding) => `  - ${finding}`).join('\n')}`);
  }
}

/**
 * Reads the variables that `schema` names from `env`; an empty variable counts as unset.
 * Throws ConfigurationFault with every wrong variable at once, secrets masked. Ending the process is the caller's choice.
 */
export const readConfiguration = <Shape extends z.ZodRawShape>(
  schema: z.ZodObject<Shape>,
  env: NodeJS.ProcessEnv,
): z.output<z.ZodObject<Shape>> => {
  const given = Object.fromEntries(Object.keys(schema.shape).flatMap((name) => (env[name] ? [[name, env[name]]] : [])));
  const result = schema.safeParse(given);
  if (result.success) return result.data;
  throw new ConfigurationFault(result.error.issues.map((issue) => finding(schema, given, issue)));
};

const finding = (schema: z.ZodObject, given: Record<string, string | undefined>, issue: z.core.$ZodIssue): string => {
  const name = String(issue.path[0] ?? 'the whole');
  const value = given[name];
  const meaning = (schema.shape[name] as z.ZodType | undefined)?.description;
  const state = value === undefined ? 'is not set' : `is ${shown(name, value)}: ${describeIssue(issue)}`;
  return `${name} ${state}.${meaning ? ` Set it to: ${meaning}.` : ''}`;
};

/** A value that may be printed: secrets are masked, and so is the password inside a URL, up to the last @: it may hold one. */
const shown = (name: string, value: string): string =>
  /PASSWORD|SECRET|TOKEN|KEY/.test(name) ? '***' : JSON.stringify(value.replace(/(:\/\/[^:@/\s]*:)\S*@/, '$1***@'));
