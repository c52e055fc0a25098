import { expect, test } from 'vitest';
import { timeShares, type CpuProfile } from './cpu-profile.ts';

const frame = (functionName: string, url = '') => ({ functionName, url, lineNumber: 0 });
const profile: CpuProfile = {
  startTime: 1_000,
  nodes: [
    { id: 1, callFrame: frame('(root)'), children: [2, 3, 5] },
    { id: 2, callFrame: frame('(idle)') },
    { id: 3, callFrame: frame('handle', 'file:///x/apps/evaluation/dist/handle.js'), children: [4] },
    { id: 4, callFrame: frame('crc32C', 'file:///x/node_modules/kafkajs/src/crc32C.js') },
    { id: 5, callFrame: frame('decode', 'file:///x/node_modules/kafkajs/src/decoder.js') },
  ],
  samples: [3, 4, 2, 5, 3],
  timeDeltas: [10, 30, 500, 60, 900],
};

test('idle time and time outside the windows do not count as work', () => {
  expect(timeShares(profile, [[1_000, 1_600]], 9)).toMatchObject({ busyMicros: 100 });
});

test("a function's own time and the time a function of ours causes in libraries are told apart", () => {
  const { functions, owners } = timeShares(profile, [[1_000, 1_600]], 9);
  expect(functions.map(({ what, percent }) => [what, percent])).toEqual([
    ['decode kafkajs/src/decoder.js:1', 60],
    ['crc32C kafkajs/src/crc32C.js:1', 30],
    ['handle apps/evaluation/dist/handle.js:1', 10],
  ]);
  expect(owners.map(({ what, percent }) => [what, percent])).toEqual([
    ['(kafkajs)', 60],
    ['handle apps/evaluation/dist/handle.js:1', 40],
  ]);
});
