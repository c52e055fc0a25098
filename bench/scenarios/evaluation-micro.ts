// CPU microseconds per evaluation: the policy engine (worker, messages and answers included) against the SDK's
// evaluate(object), A B A B in one run. Build first, then: node bench/scenarios/evaluation-micro.ts
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type * as OpaWasm from '@open-policy-agent/opa-wasm';
import { compileModule, findOpa, startPolicyEngine } from '../../libs/policy/dist/index.js';

const sdk = createRequire(import.meta.url)('@open-policy-agent/opa-wasm') as typeof OpaWasm;
const seed = readFileSync(new URL('../../libs/policy/src/testing/seed-policy.rego', import.meta.url), 'utf8');
const now = '2026-08-02T00:00:00Z';
const pairs = 5;

const inputOf = (vulnerabilities: number): object => ({
  v0: {
    repository: { name: 'REPOSITORY-NAME' },
    package: { name: 'lodash', format: 'npm', version: '4.17.20' },
    vulnerabilities: Array.from({ length: vulnerabilities }, (_, index) => ({
      identifier: `CVE-2026-${index}`, VulnerabilityID: `CVE-2026-${index}`, severity: index % 3 === 0 ? 'HIGH' : 'LOW',
      patched_versions: ['4.17.21'], vulnerable_versions: ['< 4.17.21'], format: 'npm', package_name: 'lodash',
      published_date: '2026-01-01T00:00:00Z', title: 'A title about as long as titles are '.repeat(3),
      epss: { score: 0.1, percentile: 0.5 }, cvss: { nvd: { V2Score: null, V2Vector: null, V3Score: 7.5, V3Vector: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N' } },
      source: { name: 'GHSA', url: 'https://example.org/advisories/GHSA-xxxx-xxxx-xxxx' },
    })),
  },
});

const cpuMicros = async (times: number, run: () => unknown): Promise<number> => {
  const before = process.cpuUsage();
  await run();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / times;
};

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

const opa = await findOpa({ cacheDirectory: '.weir/opa' });
const ids = Array.from({ length: 50 }, (_, index) => `seed_${index}`);
const one = await compileModule(opa, [{ id: 'seed_0', rego: seed }]);
const many = await compileModule(opa, ids.map((id) => ({ id, rego: seed })));
const engine = await startPolicyEngine({ workers: 1, deadlineMillis: 5_000, memoryMegabytes: 128 });
await engine.load({ key: 'one', digest: one.digest, wasm: one.wasm, data: {} });
await engine.load({ key: 'many', digest: many.digest, wasm: many.wasm, data: {} });
const policy = await sdk.loadPolicy(one.wasm);

for (const [vulnerabilities, times] of [[5, 4_000], [200, 200]] as const) {
  const input = inputOf(vulnerabilities);
  const bytes = Buffer.from(JSON.stringify(input));
  const inputs = (asks: readonly string[], count: number) => Array.from({ length: count }, () => ({ input: bytes, now, asks }));
  const ours = () => engine.evaluate({ key: 'one', inputs: inputs(['seed_0'], times) });
  const oursMany = () => engine.evaluate({ key: 'many', inputs: inputs(ids, times / 20) });
  const theirs = () => { for (let index = 0; index < times; index += 1) policy.evaluate(input, 'weir_answers/p_seed_0'); };
  const theirsMany = () => { for (let index = 0; index < (times / 20) * ids.length; index += 1) policy.evaluate(input, 'weir_answers/p_seed_0'); };
  await ours(); await oursMany(); theirs();
  const rows: number[][] = [];
  for (let pair = 0; pair < pairs; pair += 1) {
    rows.push([await cpuMicros(times, theirs), await cpuMicros(times, ours), await cpuMicros(times / 20, theirsMany), await cpuMicros(times / 20, oursMany)]);
  }
  const [a = 0, b = 0, c = 0, d = 0] = [0, 1, 2, 3].map((column) => median(rows.map((row) => row[column] ?? 0)));
  const least = (x: number, y: number) => Math.min(...rows.map((row) => (row[x] ?? 0) / (row[y] ?? 1))).toFixed(1);
  console.log(`${vulnerabilities} vulnerabilities, ${bytes.length} bytes, CPU us, median of ${pairs}`);
  console.log(`  1 policy:    SDK ${a.toFixed(1)}   engine ${b.toFixed(1)}   ratio ${(a / b).toFixed(1)} (least ${least(0, 1)})`);
  console.log(`  50 policies: SDK ${c.toFixed(0)}   engine ${d.toFixed(0)}   ratio ${(c / d).toFixed(1)} (least ${least(2, 3)})`);
}
await engine.close();
