/**
 * Migrations that were written before anybody ran Weir for long, and that hold the services up while they go through a
 * table, or take away what an older Weir reads. None is to be added: the how-to on evolving says how to do without.
 */
export const BEFORE_THE_RULES: readonly string[] = [
  'KeepEventsInline1795694400000',
  'BundleJudgementDetails1795694700000',
  'ShortenReadModelIndexes1795695000000',
  'PackEvidenceTogether1795714200000',
  'BundleReadModelDetails1795789200000',
  'KeepRequestsAsText1795828200000',
];

/**
 * What squawk finds in a later migration and is right all the same: by migration and rule, with the reason. Of a column
 * that goes: which version stopped reading it (docs/how-to/upgrade.md).
 */
export const ACCEPTED: Readonly<Record<string, Readonly<Record<string, string>>>> = {};
