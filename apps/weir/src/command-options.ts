import { userInfo } from 'node:os';
import { Option } from 'commander';

/** Options that several commands have. */
export const json = (): Option =>
  new Option('--json', 'print one JSON document and nothing else on stdout').default(false);
export const data = (): Option => new Option('--data <dir>', 'folder for all data').env('WEIR_DATA').default('.weir');

/** Who decides something that the log keeps. */
export const by = (): Option => new Option('--by <name>', 'who decides, as the log will name them').default(whoRuns());

/** Name of whoever runs the command; a user of a container may have none. */
export const whoRuns = (): string => {
  try {
    return userInfo().username;
  } catch {
    return 'unknown';
  }
};
