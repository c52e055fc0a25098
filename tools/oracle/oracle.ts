// npm run -s oracle -- --inputs N --seed S: random inputs about every policy of the library, the stories and the recipes,
// judged by the engine and by native OPA. Ends with 1 when they differ, and prints the first differences as JSON lines.
import { parseArgs } from 'node:util';
import type * as Policy from '@weir/policy';
import { seeded } from '../testing/seeded.ts';
import { compareWithOpa } from './compare-with-opa.ts';

const built = new URL('../../libs/policy/dist/index.js', import.meta.url).href;
const policy = (await import(built)) as typeof Policy;

const { values } = parseArgs({
  options: { inputs: { type: 'string', default: '100000' }, seed: { type: 'string', default: '1' } },
});
const cacheDirectory = new URL('../../.weir/opa', import.meta.url).pathname;
const say = (line: string): void => void process.stderr.write(`${line}\n`);
const opa = await policy.findOpa({ cacheDirectory, onProgress: say });
const { differences, ...counts } = await compareWithOpa(policy, opa, {
  inputs: Number(values.inputs),
  random: seeded(Number(values.seed)),
  say,
});
for (const difference of differences.slice(0, 20)) console.log(JSON.stringify(difference));
console.log(JSON.stringify({ ...counts, seed: Number(values.seed), differences: differences.length }));
process.exitCode = differences.length === 0 ? 0 : 1;
