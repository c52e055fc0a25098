import { counted } from './counted.js';

/** The part of the answer of POST /v1/feeds/{kind} that is told. */
export interface FeedAnswer {
  readonly feed: string;
  readonly records: number;
  readonly added: number;
  readonly changed: number;
  readonly removed: number;
  readonly foreign: number;
  readonly skippedRecords: number;
  readonly incompleteRecords?: number;
  readonly covers?: readonly string[];
  readonly affectedPackages: number;
  readonly content: string | null;
  readonly awaited: number;
  readonly heldBack: { readonly reason: string } | null;
}

/** What a load did, in one sentence. Of advisories: whose packages count as scanned by it. */
export const loadedSentence = (answer: FeedAnswer): string => {
  const { feed, records, added, changed, removed, foreign, skippedRecords, affectedPackages } = answer;
  const { incompleteRecords = 0, covers = [] } = answer;
  const counts = [
    `${added} new`,
    `${changed} changed`,
    `${removed} gone`,
    ...(foreign > 0 ? [`${foreign} of ecosystems that Weir does not match`] : []),
    ...(incompleteRecords > 0 ? [`${incompleteRecords} read in part`] : []),
    `${skippedRecords} skipped`,
  ];
  const coverage = covers.length > 0 ? `covers ${covers.join(', ')}` : 'covers no ecosystem that Weir matches';
  const told = [
    counts.join(', '),
    ...(feed === 'osv' ? [coverage] : []),
    `${counted(affectedPackages, 'package')} to judge again`,
    ...waiting(answer),
  ];
  return `${counted(records, 'record')}: ${told.join('; ')}`;
};

const waiting = ({ feed, awaited, heldBack, content }: FeedAnswer): readonly string[] => {
  const stays = `${counted(awaited, 'entry that the file takes away stays', 'entries that the file takes away stay')} until a file of a later day says so too`;
  if (heldBack === null) return awaited === 0 ? [] : [stays];
  return [
    `held back: ${heldBack.reason}. ${stays}, or you do: weir feed accept ${feed} ${content ?? ''} --because "..."`,
  ];
};
