import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { profileFolder, type ServiceName } from '../system/service-process.ts';
import { timeShares, type CpuProfile, type TimeShares } from './cpu-profile.ts';

const MOST = 25;

export interface ThreadProfile extends TimeShares {
  /** 0 is the main thread. */
  readonly thread: string;
}

/** Where each thread of an ended service spent its time within the windows (nanoseconds of the monotonic clock). */
export const topProfiles = (
  folder: string,
  name: ServiceName,
  windows: readonly (readonly [bigint, bigint])[],
): readonly ThreadProfile[] => {
  const micros = windows.map(([from, to]) => [Number(from / 1000n), Number(to / 1000n)] as const);
  return readdirSync(profileFolder(folder, name))
    .filter((file) => file.endsWith('.cpuprofile'))
    .map((file) => ({
      thread: /\.(\d+)\.\d+\.cpuprofile$/.exec(file)?.[1] ?? file,
      ...timeShares(
        JSON.parse(readFileSync(join(profileFolder(folder, name), file), 'utf8')) as CpuProfile,
        micros,
        MOST,
      ),
    }));
};
