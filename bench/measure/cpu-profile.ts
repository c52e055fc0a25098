/** The parts of a V8 CPU profile that are read here (Chrome DevTools Protocol, Profiler.Profile). */
export interface CpuProfile {
  readonly nodes: readonly ProfileNode[];
  /** Microseconds of the monotonic clock. */
  readonly startTime: number;
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

interface ProfileNode {
  readonly id: number;
  readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
  readonly children?: readonly number[];
}

export interface Share {
  readonly what: string;
  /** Of the time in which the thread worked. */
  readonly percent: number;
}

export interface TimeShares {
  readonly busyMicros: number;
  /** By their own time. */
  readonly functions: readonly Share[];
  /** Functions of this repository, each with what it calls of others (libraries, Node, the engine). */
  readonly owners: readonly Share[];
}

/** Microseconds of the monotonic clock, from and to. */
export type TimeWindow = readonly [number, number];

const NOT_WORK = new Set(['(idle)', '(root)']);
const OURS = /\/(?:libs|apps)\/[^/]+\/dist\//;

/** Where a thread spent its time within the windows. */
export const timeShares = (profile: CpuProfile, windows: readonly TimeWindow[], most: number): TimeShares => {
  const nodes = new Map(profile.nodes.map((node) => [node.id, node]));
  const parents = new Map(
    profile.nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id] as const)),
  );
  const [functions, owners] = [new Map<string, number>(), new Map<string, number>()];
  let [time, busyMicros] = [profile.startTime, 0];
  profile.samples.forEach((id, index) => {
    const delta = profile.timeDeltas[index] ?? 0;
    time += delta;
    const name = nameOf(nodes.get(id));
    if (delta <= 0 || NOT_WORK.has(name) || !windows.some(([from, to]) => time >= from && time <= to)) return;
    busyMicros += delta;
    add(functions, name, delta);
    add(owners, ownerOf(id, nodes, parents), delta);
  });
  const shares = (totals: ReadonlyMap<string, number>) =>
    [...totals]
      .sort(([, a], [, b]) => b - a)
      .slice(0, most)
      .map(([what, micros]) => ({ what, percent: Number(((micros / busyMicros) * 100).toFixed(1)) }));
  return { busyMicros, functions: shares(functions), owners: shares(owners) };
};

const add = (totals: Map<string, number>, name: string, micros: number): void =>
  void totals.set(name, (totals.get(name) ?? 0) + micros);

/** The nearest caller in this repository; else the library, or the engine, that the outermost caller belongs to. */
const ownerOf = (id: number, nodes: ReadonlyMap<number, ProfileNode>, parents: ReadonlyMap<number, number>): string => {
  let library = '';
  for (let at: number | undefined = id; at !== undefined; at = parents.get(at)) {
    const node = nodes.get(at);
    const url = node?.callFrame.url ?? '';
    if (OURS.test(url)) return nameOf(node);
    library =
      /\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(url)?.[1] ??
      (library || (/^(?:node|wasm):/.test(url) ? url.replace(/^wasm:.*/, 'wasm') : ''));
  }
  return library === '' ? nameOf(nodes.get(id)) : `(${library})`;
};

const nameOf = (node: ProfileNode | undefined): string => {
  if (node === undefined) return '?';
  const { functionName, url, lineNumber } = node.callFrame;
  if (url === '') return functionName === '' ? '(native)' : functionName;
  const place = url
    .replace(/^.*\/node_modules\//, '')
    .replace(/^.*\/((?:libs|apps)\/)/, '$1')
    .replace(/^wasm:.*/, 'wasm');
  return `${functionName === '' ? '(anonymous)' : functionName} ${place}${place === 'wasm' ? '' : `:${lineNumber + 1}`}`;
};
