// Loaded before a program by --import: its clock is that of the system, moved by the milliseconds that a file says.
import { readFileSync } from 'node:fs';

const SystemDate = Date;
const systemNow = SystemDate.now.bind(SystemDate);
const LOOK_EVERY_MS = 50;
let shift = 0;
let lookedAt = -Infinity;

const now = () => {
  if (performance.now() - lookedAt > LOOK_EVERY_MS) {
    lookedAt = performance.now();
    shift = Number(readFileSync(process.env.SHIFTED_CLOCK_FILE, 'utf8')) || 0;
  }
  return systemNow() + shift;
};

globalThis.Date = class Date extends SystemDate {
  constructor(...parts) {
    super(...(parts.length === 0 ? [now()] : parts));
  }
  static now() {
    return now();
  }
};
