// npm run -s stories -- --count N --seed S --json   (npm run stories -- --help says more)
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { compileStoryLibrary } from './host/compile-story-library.ts';
import { readOptions, USAGE, WrongUse, type StoryOptions } from './options.ts';
import { readCases, readStories } from './read-cases.ts';
import { runSeededStories, runWrittenStories, type RunOptions, type StoriesReport } from './run-stories.ts';

const startedAt = Date.now();
const say = (line: string): void =>
  void process.stderr.write(`${((Date.now() - startedAt) / 1000).toFixed(1).padStart(7)} s  ${line}\n`);

let end: () => Promise<void> = async () => undefined;

/** Ctrl-C: what was started is ended, and nothing is printed. */
const interrupt = (): void => {
  say('ending what was started');
  void end().finally(() => process.exit(130));
};

const run = async (options: StoryOptions): Promise<StoriesReport> => {
  const library = await compileStoryLibrary(say);
  const { seed, shrink } = options;
  const playing: RunOptions = { library, seed, say, shrink, onStart: (stop) => (end = stop) };
  if (options.curated) return runWrittenStories(readCases(), playing);
  if (options.file !== null) {
    const key = basename(options.file);
    return runWrittenStories(
      readStories(key, readFileSync(options.file, 'utf8')).map((story) => ({ key, story })),
      playing,
    );
  }
  say(`seed ${seed}`);
  const { count, batch, without, minutes } = options;
  return runSeededStories({ ...playing, count, batch, without, until: startedAt + minutes * 60_000 });
};

const tell = (report: StoriesReport, json: boolean): void => {
  process.stdout.write(`${json ? JSON.stringify(report) : JSON.stringify(report, null, 2)}\n`);
  say(`${report.stories} stories, ${report.steps} steps, ${report.violations.length} violations`);
};

process.on('SIGINT', interrupt).on('SIGTERM', interrupt);
try {
  const options = readOptions(process.argv.slice(2));
  if (options === 'help') process.stdout.write(`${USAGE}\n`);
  else {
    const report = await run(options);
    tell(report, options.json);
    process.exitCode = report.violations.length === 0 ? 0 : 1;
  }
} catch (fault) {
  const isWrongUse = fault instanceof WrongUse;
  say(
    isWrongUse
      ? `${fault.message}\n\n${USAGE}`
      : fault instanceof Error
        ? (fault.stack ?? fault.message)
        : String(fault),
  );
  process.exitCode = isWrongUse ? 2 : 3;
}
process.exit();
