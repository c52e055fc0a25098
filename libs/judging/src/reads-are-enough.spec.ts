import { compileModule, findOpa, readsPath, RegoRefused, type OpaCompiler, type PolicyReads } from '@weir/policy';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { nativeAnswers } from '../../../tools/testing/native-answers.js';
import { chanceOf, givenSeed, type Chance, type Json } from '../../../tools/testing/random-cases.js';
import { changedDocument, randomDocument } from '../../../tools/testing/random-documents.js';
import { randomPolicy } from '../../../tools/testing/random-policies.js';
import { changedPaths } from './changed-paths.js';

vi.setConfig({ testTimeout: 7_200_000, hookTimeout: 900_000 });

/** So many documents are asked about; 100,000 take some 20 minutes of one core. */
const DOCUMENTS = Number(process.env['DOCUMENTS'] ?? 3_000);
const CHANGES = 100;
const seed = givenSeed();
const root = join(import.meta.dirname, '../../..');

let opa: OpaCompiler;
beforeAll(async () => {
  opa = await findOpa({ cacheDirectory: join(root, '.weir', 'opa') });
});

const readsOf = async (rego: string): Promise<PolicyReads | null> => {
  try {
    return (await compileModule(opa, [{ id: 'p', rego }])).reads['p'] ?? null;
  } catch (error) {
    if (error instanceof RegoRefused) return null;
    throw error;
  }
};

/** Documents, each followed by itself with one change. */
const changedPairs = (chance: Chance, count: number, make: () => Json): readonly Json[] =>
  Array.from({ length: count }, () => make()).flatMap((document) => [document, changedDocument(chance, document)]);

interface Seen {
  readonly documents: number;
  /** Changes outside of what is read. */
  outside: number;
  /** Changes that change the answer. */
  answered: number;
  readonly missed: string[];
}

/** Holds each document against the same with a change: where the answer differs the change is one that is read. */
const holdAgainst = (reads: PolicyReads, rego: string, pairs: readonly Json[]): Seen | null => {
  const answers = nativeAnswers(opa, rego, pairs);
  return answers && seenIn(reads, rego, pairs, answers);
};

const seenIn = (reads: PolicyReads, rego: string, pairs: readonly Json[], answers: readonly string[]): Seen => {
  const seen: Seen = { documents: pairs.length, outside: 0, answered: 0, missed: [] };
  for (let at = 0; at < pairs.length; at += 2) {
    const paths = changedPaths(pairs[at], pairs[at + 1]);
    const isRead = paths.some((path) => readsPath(reads, path));
    const differs = answers[at] !== answers[at + 1];
    if (!isRead) seen.outside += 1;
    if (differs) seen.answered += 1;
    if (differs && !isRead)
      seen.missed.push(
        `${JSON.stringify(pairs[at])} and ${JSON.stringify(pairs[at + 1])}: ${paths.join()}, reads ${reads.inputPaths.join()}\n${rego}`,
      );
  }
  return seen;
};

/** What is found of reads of which one is missing, one after the other. */
const seenWithout = (reads: PolicyReads, rego: string, pairs: readonly Json[]): readonly Seen[] => {
  const answers = nativeAnswers(opa, rego, pairs);
  if (answers === null) return [];
  return reads.inputPaths.map((missing) =>
    seenIn({ ...reads, inputPaths: reads.inputPaths.filter((path) => path !== missing) }, rego, pairs, answers),
  );
};

describe('a change of a document that changes the native answer is one at a path that is read', () => {
  test(`by policies that a machine thought of, ${DOCUMENTS} documents with SEED=${seed}`, async () => {
    let [documents, outside, answered] = [0, 0, 0];
    for (let one = seed; documents < DOCUMENTS; one += 1) {
      const chance = chanceOf(one);
      const rego = randomPolicy(chance);
      const reads = await readsOf(rego);
      const seen =
        reads &&
        holdAgainst(
          reads,
          rego,
          changedPairs(chance, CHANGES / 2, () => randomDocument(chance)),
        );
      if (!seen) continue;
      expect(seen.missed.slice(0, 1), `SEED=${one}`).toEqual([]);
      documents += seen.documents;
      outside += seen.outside;
      answered += seen.answered;
    }
    console.log(`${documents} documents: ${outside} changes outside of what is read, ${answered} changed the answer`);
    // What is read is neither everything nor nothing.
    expect(outside).toBeGreaterThan(documents / 20);
    expect(answered).toBeGreaterThan(documents / 100);
  });

  const policies = globSync('{policies,e2e/stories/policies}/*/policy.rego', { cwd: root });
  const samples = globSync('libs/contracts/src/facts/samples/*.json', { cwd: root }).map(
    (file) => JSON.parse(readFileSync(join(root, file), 'utf8')) as Json,
  );

  test.each(policies)(`by %s, SEED=${seed}`, async (file) => {
    const rego = readFileSync(join(root, file), 'utf8');
    const reads = await readsOf(rego);
    if (reads === null) throw new Error(`${file} does not compile`);
    const chance = chanceOf(seed);
    const count = Math.ceil(DOCUMENTS / policies.length / 2);
    const seen = holdAgainst(
      reads,
      rego,
      changedPairs(chance, count, () => chance.pick(samples)),
    );
    expect(seen?.missed.slice(0, 1)).toEqual([]);
    expect(seen?.outside).toBeGreaterThan(count / 20);
  });
});

/** So that the properties above can fail. */
test(`reads of which one is missing are found out, with SEED=${seed}`, async () => {
  let [policies, found, dropped, noticed] = [0, 0, 0, 0];
  for (let one = seed; policies < DOCUMENTS / CHANGES; one += 1) {
    const chance = chanceOf(one);
    const rego = randomPolicy(chance);
    const reads = await readsOf(rego);
    const pairs = changedPairs(chance, 3 * CHANGES, () => randomDocument(chance));
    const seen = reads ? seenWithout(reads, rego, pairs) : [];
    if (!seen.some(({ answered }) => answered > 0)) continue;
    const missed = seen.filter((without) => without.missed.length > 0).length;
    policies += 1;
    dropped += seen.length;
    noticed += missed;
    if (missed > 0) found += 1;
  }
  console.log(`${noticed} of ${dropped} missing reads noticed, of ${found} of ${policies} policies`);
  // Where one read covers what another does, its lack shows in no answer; and most changes lie elsewhere.
  expect(found).toBeGreaterThan(policies / 2);
  expect(noticed).toBeGreaterThan(dropped / 20);
});
