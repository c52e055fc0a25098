import { parseArgs } from 'node:util';
import { sharedData } from '../../tools/testing/shared-data.ts';
import { compareSelectiveWithFull } from './compare-selective-with-full.ts';

const USAGE = `Judges real packages selectively and fully, and compares.

  npm run differential -- [--packages N] [--seed S] [--json]

The public data is found by WEIR_SHARED_DATA. Exit codes: 0 the same, 1 something differs, 2 wrong use, 3 it could not be run.`;

const main = async (): Promise<number> => {
  const { values } = parseArgs({
    options: {
      packages: { type: 'string', default: '20000' },
      seed: { type: 'string', default: '1' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const [packages, seed] = [Number(values.packages), Number(values.seed)];
  if (values.help || sharedData === null || !Number.isInteger(packages) || packages < 1 || !Number.isInteger(seed)) {
    process.stderr.write(`${USAGE}\n`);
    return values.help ? 0 : 2;
  }
  const started = performance.now();
  const report = await compareSelectiveWithFull({
    data: sharedData,
    packages,
    seed,
    onProgress: (line) => process.stderr.write(`${line}\n`),
  });
  const seconds = Math.round((performance.now() - started) / 1000);
  const { differing, ...counts } = report;
  const sentence = `${report.packages} packages, ${report.asking} of which something is asked, after ${report.feedLoads} loads of feeds: ${differing.length} differ. ${seconds} s.`;
  process.stdout.write(
    values.json
      ? `${JSON.stringify({ ...counts, seconds, differing: differing.length, first: differing.slice(0, 5) })}\n`
      : `${sentence}\n`,
  );
  if (!values.json && differing.length > 0) process.stdout.write(`${JSON.stringify(differing.slice(0, 5), null, 2)}\n`);
  return differing.length === 0 ? 0 : 1;
};

process.exitCode = await main().catch((fault: unknown) => {
  process.stderr.write(`${fault instanceof Error ? (fault.stack ?? fault.message) : String(fault)}\n`);
  return 3;
});
