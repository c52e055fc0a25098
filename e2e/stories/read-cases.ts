import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { storySchema, type Story } from './story.ts';

/** A story that people wrote, with the name of the file that it stands in. */
export interface Case {
  readonly key: string;
  readonly story: Story;
}

const storyFile = z.strictObject({ stories: z.array(storySchema).min(1) });
const folder = join(import.meta.dirname, 'cases');

export const readCases = (): readonly Case[] =>
  globSync('*.yaml', { cwd: folder })
    .sort()
    .flatMap((file) =>
      readStories(file, readFileSync(join(folder, file), 'utf8')).map((story) => ({
        key: basename(file, '.yaml'),
        story,
      })),
    );

/** The stories of a YAML or JSON text; one alone may stand there as a violation tells it. */
export const readStories = (file: string, text: string): readonly Story[] => {
  const value: unknown = parse(text);
  const isOne = typeof value === 'object' && value !== null && 'steps' in value;
  const read = storyFile.safeParse(isOne ? { stories: [value] } : value);
  if (!read.success) throw new Error(`${file} is no file of stories: ${z.prettifyError(read.error)}`);
  return read.data.stories;
};
