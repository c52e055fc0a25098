import type { z } from 'zod';

/** One Markdown table for the generated reference: every variable of an application, its default and its meaning. */
export const configurationReference = (app: string, schema: z.ZodObject): string => {
  const rows = Object.entries(schema.shape).map(([name, field]) => row(name, field as z.ZodType));
  return [`## ${app}`, '', '| Variable | Default | Meaning |', '| --- | --- | --- |', ...rows, ''].join('\n');
};

const row = (name: string, field: z.ZodType): string =>
  `| \`${name}\` | ${defaultOf(field)} | ${cell(field.description ?? '')} |`;

const defaultOf = (field: z.ZodType): string => {
  const unset = field.safeParse(undefined);
  if (!unset.success) return 'required';
  if (unset.data === undefined || (Array.isArray(unset.data) && unset.data.length === 0)) return 'unset';
  return `\`${cell(typeof unset.data === 'string' ? unset.data : JSON.stringify(unset.data))}\``;
};

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
