import type { SkippedRecords } from '../feeds/skipped-records.js';
import type { Line } from '../feeds/split-lines.js';

/** What some lines say, as rows for COPY. */
export interface ReadRows {
  /** cve, score, percentile. A CVE may come again with a higher score: the highest counts. */
  readonly scores: string;
  /** CVEs of lines that say nothing else that can be read: what is known of them stays. */
  readonly mentioned: string;
  readonly count: number;
  /** Lines of which not even the CVE can be read: they may have named any. */
  readonly nameless: number;
}

export interface EpssRows {
  read(lines: readonly Line[]): ReadRows;
  hasScores(): boolean;
}

const CVE = /^CVE-\d{4}-\d{4,19}$/;
const DECIMAL = /^(?:\d{1,30}(?:\.\d{0,30})?|\.\d{1,30})(?:[eE][+-]?\d{1,3})?$/;
const REASON = 'is not "CVE-YYYY-NNNN,score,percentile" with numbers from 0 to 1';

/** Reads lines one after the other; each CVE counts once, by the highest score that is said of it. */
export const openRows = (skipped: SkippedRecords): EpssRows => {
  const highest = new Map<string, number>();
  const readOne = (line: Line): Row => {
    const [cve, score, percentile, ...more] = fieldsOf(line);
    if (cve === null || cve === undefined) {
      skipped.add({ line: line.number, reason: `${REASON}, and names no CVE: nothing counts as gone by this file` });
      return NAMELESS;
    }
    const [probability, rank] = [probabilityOf(score), probabilityOf(percentile)];
    if (probability === null || rank === null || more.length > 0) {
      skipped.add({ line: line.number, id: cve, reason: `${REASON}: what was known of it stays` });
      return { scores: '', mentioned: `${cve}\n`, nameless: 0 };
    }
    const known = highest.get(cve);
    if (known !== undefined)
      skipped.add({ line: line.number, id: cve, reason: 'repeats a CVE; the highest score counts' });
    if (known !== undefined && probability <= known) return NOTHING;
    highest.set(cve, probability);
    return { scores: `${cve}\t${probability}\t${rank}\n`, mentioned: '', nameless: 0 };
  };
  return {
    read: (lines) => {
      const rows = lines.map(readOne);
      return {
        scores: rows.map(({ scores }) => scores).join(''),
        mentioned: rows.map(({ mentioned }) => mentioned).join(''),
        count: lines.length,
        nameless: rows.reduce((sum, { nameless }) => sum + nameless, 0),
      };
    },
    hasScores: () => highest.size > 0,
  };
};

type Row = Omit<ReadRows, 'count'>;

const NOTHING: Row = { scores: '', mentioned: '', nameless: 0 };
const NAMELESS: Row = { ...NOTHING, nameless: 1 };

/** The fields of a line, without quotes and spaces around them (RFC 4180); the first is null when it names no CVE. */
const fieldsOf = ({ bytes }: Line): readonly (string | null)[] => {
  const [first = '', ...others] = (bytes?.toString('latin1') ?? '').split(',').map(bare);
  const cve = first.toUpperCase();
  return [CVE.test(cve) ? cve : null, ...others];
};

const bare = (field: string): string => {
  const trimmed = field.trim();
  return /^"[^"]*"$/.test(trimmed) ? trimmed.slice(1, -1).trim() : trimmed;
};

/** A number from 0 to 1, also with an exponent; null for all else: NaN and Infinity are none. */
const probabilityOf = (field: string | null | undefined): number | null => {
  if (typeof field !== 'string' || !DECIMAL.test(field)) return null;
  const number = Number(field);
  return number <= 1 ? number : null;
};
