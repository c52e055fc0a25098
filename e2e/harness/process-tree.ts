import { readdirSync, readFileSync } from 'node:fs';

/** A variable that every process of a tree inherits, also one that has left its parent and its group. */
export const MARK = 'WEIR_TREE';

/** Processes that run with the mark, by what they are called. */
export const marked = (mark: string): readonly string[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        if (!readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').includes(`${MARK}=${mark}`)) return [];
        const name = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
        return name === '' ? [] : [`${pid} ${name.slice(0, 120)}`];
      } catch {
        return [];
      }
    });
