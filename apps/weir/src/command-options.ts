import { Option } from 'commander';

/** Options that several commands have. */
export const json = (): Option =>
  new Option('--json', 'print one JSON document and nothing else on stdout').default(false);
export const data = (): Option => new Option('--data <dir>', 'folder for all data').env('WEIR_DATA').default('.weir');
