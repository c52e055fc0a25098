import { afterAll, expect, test } from 'vitest';
import { givenSeed } from '../tools/testing/random-cases.js';
import { askAtOnce } from './harness/ask-at-once.js';
import { removeFolder, startWeirProcess, temporaryFolder } from './harness/weir-process.js';

const data = temporaryFolder();
afterAll(() => removeFolder(data));

test('what was answered with 202 is never "not known" to who asks at once, and has its verdict', async () => {
  const weir = await startWeirProcess(data);
  const answers = await askAtOnce({ ingest: weir.url, api: weir.url }, givenSeed(), 25);
  expect(answers).toMatchObject({ notKnown: [], neverJudged: [] });
  expect(answers.beingJudged, 'some were asked for before their verdict').toBeGreaterThan(0);
  expect([...answers.ofNobody].join()).toMatch(
    /^pkg:npm\/nobody@1\.0\.0 has not been judged yet.*publish it with POST/,
  );
  expect(await weir.end('SIGTERM')).toBe(0);
});
