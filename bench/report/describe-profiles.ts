import type { ThreadProfile } from '../measure/top-profiles.ts';
import type { ScenarioOutcome } from '../scenarios/scenario.ts';

/** Where the time went, when the scenario was profiled. */
export const describeProfiles = ({ details }: ScenarioOutcome): string =>
  Object.entries((details['profiles'] ?? {}) as Readonly<Record<string, readonly ThreadProfile[]>>)
    .flatMap(([service, threads]) => threads.map((thread) => describeThread(service, thread)))
    .join('');

const describeThread = (service: string, { thread, busyMicros, functions, owners }: ThreadProfile): string => {
  const lines = (rows: ThreadProfile['functions']) =>
    rows.map(({ what, percent }) => `\n  ${percent.toFixed(1).padStart(5)} %  ${what}`).join('');
  return `\n\n${service}, thread ${thread}: ${Math.round(busyMicros / 1000)} ms of work\n functions by their own time${lines(functions)}\n our functions, with all they call in others' code${lines(owners)}`;
};
