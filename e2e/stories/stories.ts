// npm run -s stories -- --count N --seed S --json   (npm run stories -- --help says more)
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { endProcess } from '@weir/service/end';
import { compileStoryLibrary } from './host/compile-story-library.ts';
import { findFlowTopics } from './host/flow-topics.ts';
import { readOptions, USAGE, WrongUse, type StoryOptions } from './options.ts';
import { readCases, readStories } from './read-cases.ts';
import { runSeededStories, runWrittenStories, type RunOptions, type StoriesReport } from './run-stories.ts';

const startedAt = Date.now();
const say = (line: string): void =>
  void process.stderr.write(`${((Date.now() - startedAt) / 1000).toFixed(1).padStart(7)} s  ${line}\n`);

/** How to end what is being played, and whether that was begun. */
const playing: { end: () => Promise<void>; ending: Promise<void> | null } = {
  end: async () => undefined,
  ending: null,
};

/** Ctrl-C, of which npm tells once more: what was started is ended, and nothing is printed. */
const interrupt = (): void => {
  if (playing.ending) return;
  say('ending what was started');
  playing.ending = playing.end().finally(() => endProcess(130));
};

/** What topics hold is for good gone with them: those that somebody else made are not removed unasked. */
const refuseForeignTopics = async (brokers: readonly string[]): Promise<void> => {
  const [topic] = await findFlowTopics(brokers);
  if (topic === undefined) return;
  const where = brokers.join(',');
  throw new WrongUse(`${where} has topics of the flow (${topic}, ...): say --drop-topics when nobody needs them`);
};

const play = async (options: StoryOptions): Promise<StoriesReport> => {
  const { seed, shrink, brokers } = options;
  if (brokers && !options.dropTopics) await refuseForeignTopics(brokers);
  const library = await compileStoryLibrary(say);
  const run: RunOptions = { library, seed, say, shrink, brokers, onStart: (end) => (playing.end = end) };
  if (options.curated) return runWrittenStories(readCases(), run);
  if (options.file !== null) {
    const key = basename(options.file);
    return runWrittenStories(
      readStories(key, readFileSync(options.file, 'utf8')).map((story) => ({ key, story })),
      run,
    );
  }
  say(`seed ${seed}`);
  const { count, batch, without, minutes } = options;
  return runSeededStories({ ...run, count, batch, without, until: startedAt + minutes * 60_000 });
};

const tell = (report: StoriesReport, json: boolean): void => {
  process.stdout.write(`${json ? JSON.stringify(report) : JSON.stringify(report, null, 2)}\n`);
  say(`${report.stories} stories, ${report.steps} steps, ${report.violations.length} violations`);
};

const explain = (fault: unknown): string => {
  if (fault instanceof WrongUse) return `${fault.message}\n\n${USAGE}`;
  return fault instanceof Error ? (fault.stack ?? fault.message) : String(fault);
};

process.on('SIGINT', interrupt).on('SIGTERM', interrupt);
try {
  const options = readOptions(process.argv.slice(2));
  if (options === 'help') process.stdout.write(`${USAGE}\n`);
  else {
    const report = await play(options);
    tell(report, options.json);
    process.exitCode = report.violations.length === 0 ? 0 : 1;
  }
} catch (fault) {
  // What is ended under way fails, and that is no fault.
  await playing.ending;
  say(explain(fault));
  process.exitCode = fault instanceof WrongUse ? 2 : 3;
}
await endProcess(Number(process.exitCode ?? 0));
