import { readFileSync } from 'node:fs';
import type { SERVICES } from '../names.js';
import { observe } from './metrics.js';

/** Tells scrapes which services this process is: a service whose line is nowhere does not run. The returned function ends that. */
export const observeBuild = (services: readonly (keyof typeof SERVICES)[]): (() => void) =>
  observe('buildInfo', () => services.map((service) => ({ value: 1, labels: { service, version: version() } })));

let known: string | null = null;

const version = (): string => {
  const file = new URL('../../package.json', import.meta.url);
  return (known ??= (JSON.parse(readFileSync(file, 'utf8')) as { readonly version: string }).version);
};
