/** From an instant (seconds since 1970) on, until the next. */
export type Period = { readonly from: number; readonly offsetSeconds: number; readonly abbreviation: string };

/** A zone of the tz database: its changes in order, and the rule for all times after the last. */
export type TzFile = {
  /** What holds before the first change. */
  readonly first: Omit<Period, 'from'>;
  readonly changes: readonly Period[];
  /** In POSIX's spelling, such as `CET-1CEST,M3.5.0,M10.5.0/3`; empty when the last change holds for good. */
  readonly rule: string;
};

const headerLength = 44;

/** The part of a TZif file that holds times of 64 bits, with its header. Source: RFC 9636, 3. */
export const readTzFile = (bytes: Buffer): TzFile => {
  const [utc = 0, std = 0, leaps = 0, times = 0, types = 0, letters = 0] = [20, 24, 28, 32, 36, 40].map((at) =>
    bytes.readUInt32BE(at),
  );
  const kinds = headerLength + times * 8;
  const typeTable = kinds + times;
  const letterTable = typeTable + types * 6;
  const typeAt = (index: number): Omit<Period, 'from'> => {
    const at = typeTable + index * 6;
    const begin = letterTable + (bytes[at + 5] ?? 0);
    const abbreviation = bytes.toString('latin1', begin, bytes.indexOf(0, begin));
    return { offsetSeconds: bytes.readInt32BE(at), abbreviation };
  };
  const changes = Array.from({ length: times }, (_, index) => ({
    from: Number(bytes.readBigInt64BE(headerLength + index * 8)),
    ...typeAt(bytes[kinds + index] ?? 0),
  }));
  const footer = letterTable + letters + leaps * 12 + std + utc;
  return { first: typeAt(0), changes, rule: bytes.toString('latin1', footer).replaceAll('\n', '') };
};
