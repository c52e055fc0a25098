import { userInfo } from 'node:os';
import { InvalidArgumentError, Option } from 'commander';

/** Options that several commands have. */
export const json = (): Option =>
  new Option('--json', 'print one JSON document and nothing else on stdout').default(false);
export const data = (): Option =>
  new Option('--data <dir>', 'folder for all data').env('WEIR_DATA').default('.weir').argParser(folderName);

/** An empty name would be the folder in which one stands. */
export const folderName = (text: string): string => {
  if (text.trim() !== '') return text;
  throw new InvalidArgumentError('Name a folder, such as .weir; it is empty.');
};

/** The running system that a command asks. */
export const url = (): Option =>
  new Option('--url <url>', 'the running system')
    .env('WEIR_URL')
    .default('http://127.0.0.1:8080')
    .argParser(httpAddress);

const httpAddress = (text: string): string => {
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return text;
  throw new InvalidArgumentError('Write the address of a running Weir as http://host:port.');
};

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
