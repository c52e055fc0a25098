// Loaded before a program by --import: its clock is that of the system, moved by the milliseconds that a file says.
import { readFileSync } from 'node:fs';

const SystemDate = Date;
const systemNow = SystemDate.now.bind(SystemDate);

/** Read each time: a decision may be made within milliseconds of the step. */
const now = () => systemNow() + (Number(readFileSync(process.env.SHIFTED_CLOCK_FILE, 'utf8')) || 0);

globalThis.Date = class Date extends SystemDate {
  constructor(...parts) {
    super(...(parts.length === 0 ? [now()] : parts));
  }
  static now() {
    return now();
  }
};
