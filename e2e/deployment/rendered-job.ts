import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runWeir, type CommandResult } from '../harness/weir-process.js';
import type { EnvironmentVariable, Resource } from './chart.js';

/** What a cluster has beside the chart: texts by the name of their secret or config map, then by key. */
export type Kept = Readonly<Record<string, Readonly<Record<string, string>>>>;

interface Volume {
  readonly name: string;
  readonly secret?: { readonly secretName: string; readonly items?: readonly { key: string; path: string }[] };
  readonly configMap?: { readonly name: string };
}

interface Pod {
  readonly containers: readonly [
    {
      readonly args: readonly string[];
      readonly env: readonly EnvironmentVariable[];
      readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string }[];
    },
  ];
  readonly volumes: readonly Volume[];
}

/**
 * Runs what a job or cron job of the chart runs, as Kubernetes would hand it over: variables from secrets, $(VARIABLE) in
 * arguments, and files of secrets and config maps where they are mounted, under `folder` in place of the root.
 */
export const runRendered = async (
  resources: readonly Resource[],
  name: string,
  kept: Kept,
  folder: string,
): Promise<CommandResult> => {
  const pod = podOf(resources, name);
  const [container] = pod.containers;
  const placed = placeFiles(pod, kept, folder);
  const values = Object.fromEntries(container.env.map((one) => [one.name, valueOf(one, kept)]));
  const expanded = container.args.map((one) =>
    one.replaceAll(/\$\((\w+)\)/g, (text, key: string) => values[key] ?? text),
  );
  const args = expanded.map(placed);
  const env = Object.fromEntries(Object.entries(values).map(([key, value]) => [key, placed(value)]));
  if (args[0] !== 'weir') throw new Error(`${name} does not run weir but ${args.join(' ')}.`);
  return runWeir(args.slice(1), env);
};

const podOf = (resources: readonly Resource[], name: string): Pod => {
  const found = resources.find(({ kind, metadata }) => kind.endsWith('Job') && metadata.name === name);
  if (found === undefined) throw new Error(`The chart gives no job ${name}.`);
  const spec = found.kind === 'CronJob' ? (found.spec['jobTemplate'] as Resource).spec : found.spec;
  return spec.template.spec as unknown as Pod;
};

const valueOf = ({ name, value, valueFrom }: EnvironmentVariable, kept: Kept): string => {
  if (value !== undefined) return value;
  const { name: secret = '', key = '' } = valueFrom?.secretKeyRef ?? {};
  return textOf(kept, secret, key, name);
};

const textOf = (kept: Kept, of: string, key: string, asked: string): string => {
  const text = kept[of]?.[key];
  if (text === undefined) throw new Error(`${asked} is asked of ${of}, key ${key}, and nobody made that.`);
  return text;
};

/** Writes what is mounted; the result puts `folder` before the paths in a text. */
const placeFiles = (pod: Pod, kept: Kept, folder: string): ((text: string) => string) => {
  const mounts = pod.containers[0].volumeMounts;
  for (const { name, mountPath } of mounts) {
    mkdirSync(join(folder, mountPath), { recursive: true });
    const volume = pod.volumes.find((one) => one.name === name);
    const of = volume?.secret?.secretName ?? volume?.configMap?.name;
    if (of === undefined) continue;
    const items = volume?.secret?.items ?? Object.keys(kept[of] ?? {}).map((key) => ({ key, path: key }));
    for (const { key, path } of items) writeFileSync(join(folder, mountPath, path), textOf(kept, of, key, mountPath));
  }
  const mounted = mounts.map(({ mountPath }) => `${mountPath}/`).join('|');
  return (text) => text.replaceAll(new RegExp(mounted, 'g'), (path) => join(folder, path));
};
