import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { clearedAtEnd } from '@weir/postgres';
import { createLogger } from '@weir/service';
import { startWeir } from '../compose/start-weir.js';
import { playDemo, storyBegins, type DemoPackage, type DemoReport } from '../demo/play-demo.js';
import { storyClock } from '../demo/story-clock.js';
import { storyKey } from '../demo/story-key.js';
import { weirClient } from '../demo/weir-client.js';
import { counted } from './counted.js';
import type { Output } from './output.js';

export interface DemoOptions {
  readonly json: boolean;
}

/** Plays the demo on a fresh system that is thrown away afterwards. */
export const demo = async ({ json }: DemoOptions, output: Output): Promise<void> => {
  const folder = mkdtempSync(join(tmpdir(), 'weir-demo-'));
  const keep = clearedAtEnd({ now: () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }) });
  chmodSync(folder, 0o755);
  const clock = storyClock();
  clock.jumpTo(storyBegins);
  const key = storyKey('weir demo');
  const progress = (line: string): void => output.stderr(line);
  const logger = createLogger('weir');
  logger.level = process.env['LOG_LEVEL'] ?? 'warn';
  try {
    progress('Starting a fresh Weir ...');
    const weir = await startWeir({
      dataDirectory: folder,
      port: 0,
      clock: () => clock.now(),
      logger,
      env: { ...process.env, HOST: '127.0.0.1' },
      onProgress: progress,
      storyKey: key,
    });
    // Its database goes first: what fails for want of it is no news.
    const quiet = clearedAtEnd({ now: () => void (logger.level = 'silent') });
    try {
      const report = await playDemo(weir, weirClient(weir.url, key.text), clock, progress);
      output.stdout(json ? JSON.stringify(report) : describe(report));
    } finally {
      await weir.close();
      quiet();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
    keep();
  }
};

const describe = (report: DemoReport): string => {
  const changed = report.packages.filter(({ state, before }) => state !== before.state);
  const kept = report.packages.filter(({ state, before }) => state === before.state && state !== 'available');
  return [
    '',
    `${counted(report.events, 'event')}, ${counted(report.decisions, 'decision')}; ${counted(report.epssChanged, 'EPSS score')} moved, ${counted(report.reevaluated, 'package was', 'packages were')} judged again because of them, ${report.decidedAnew} with another outcome.`,
    '',
    'Changed on the second day:',
    ...changed.flatMap(sentences),
    '',
    'Kept from passing on both days:',
    ...kept.flatMap(sentences),
    '',
    `Took ${(report.durationMs / 1000).toFixed(1)} s. To look around in this system: npm start -- --demo`,
  ].join('\n');
};

const sentences = ({ purl, repository, state, tags, before, reasons }: DemoPackage): readonly string[] => [
  `  ${purl} in ${repository}: ${before.state === state ? state : `${before.state} -> ${state}`}${tags.length > 0 ? ` [${tags.join(', ')}]` : ''}`,
  ...reasons.slice(0, 2).map((reason) => `      ${reason}`),
];
