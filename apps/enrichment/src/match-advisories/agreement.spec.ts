import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { advisoriesByPackage } from '../../../../tools/testing/advisories-by-package.js';
import { type Agreement, measureAgreement } from '../../../../tools/testing/measure-agreement.js';
import { CONTRADICTIONS, renderAgreement } from '../../../../tools/testing/render-agreement.js';
import { sharedData } from '../../../../tools/testing/shared-data.js';

const reference = new URL('../../../../docs/reference/matching-agreement.md', import.meta.url);

describe.runIf(sharedData !== null)(
  'matching agrees with all advisories of the five ecosystems (not measured where the shared data is absent)',
  () => {
    let agreement: Agreement;

    beforeAll(() => {
      agreement = measureAgreement(advisoriesByPackage());
    }, 300_000);

    test("every listed version lies in the record's ranges, but for records that contradict themselves", () => {
      const listed = agreement.tallies.reduce((sum, tally) => sum + tally.listed, 0);
      expect(listed).toBeGreaterThan(475_000);
      expect([...new Set(agreement.listedOutsideRanges.map(({ id }) => id))].sort()).toEqual(
        Object.keys(CONTRADICTIONS).sort(),
      );
      expect(agreement.listedOutsideRanges).toHaveLength(7);
    });

    test("every known version is in or out of every range as OSV's pseudo-code has it", () => {
      expect(agreement.differsFromPseudoCode).toEqual([]);
      expect(agreement.tallies.every(({ pairs, pairsAgreed }) => pairs > 5_000 && pairs === pairsAgreed)).toBe(true);
    });

    test('no version outside both list and ranges is matched, none inside is missed, and nothing withdrawn matches', () => {
      expect(agreement.wronglyMatched).toEqual([]);
    });

    test('docs/reference/matching-agreement.md says so', () => {
      const text = renderAgreement(agreement);
      if (process.env['UPDATE_REFERENCES'] === '1' || !existsSync(reference)) writeFileSync(reference, text);
      expect(readFileSync(reference, 'utf8'), 'run again with UPDATE_REFERENCES=1 and read the difference').toBe(text);
    });
  },
);
