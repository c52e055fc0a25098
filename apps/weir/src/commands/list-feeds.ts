import type { FeedsView, FeedView } from '@weir/contracts';
import { askSystem, problemText, type RunningSystem } from './ask-system.js';
import type { ExitCode, Output } from './output.js';
import { printableField } from './printable.js';

export interface ListFeedsOptions extends RunningSystem {
  readonly json: boolean;
}

/** `weir feed list`: how fresh each feed of a running system is, advisories by ecosystem, and what is held back. */
export const listFeedsCommand = async (options: ListFeedsOptions, output: Output): Promise<ExitCode> => {
  const { ok, body } = await askSystem(options, 'GET', '/v1/feeds');
  if (options.json) output.stdout(JSON.stringify(body));
  else if (ok) for (const feed of (body as FeedsView).feeds) for (const line of linesOf(feed)) output.stdout(line);
  else output.stderr(problemText(body));
  return ok ? 0 : 1;
};

const linesOf = (feed: FeedView): readonly string[] => {
  const { feed: kind, source, records, heldBack, ecosystems = [] } = feed;
  if (feed.loadedAt === null) return [`${kind}\tnever loaded: weir feed load ${kind} FILE`];
  return [
    `${kind}\t${stateOf(feed)}\t${records ?? 0} records\tof ${feed.asOf ?? 'an unknown date'}\tloaded ${feed.loadedAt}\t${printableField(source ?? '')}`,
    ...ecosystems.map((one) => `  ${one.ecosystem}\t${stateOf(one)}\tloaded ${one.loadedAt ?? 'never'}`),
    ...(heldBack === null
      ? []
      : [
          `  held back: ${printableField(heldBack.source)}: ${heldBack.reason}: weir feed accept ${kind} ${heldBack.content}`,
        ]),
  ];
};

const stateOf = ({ loadedAt, stale }: { readonly loadedAt: string | null; readonly stale: boolean }): string => {
  if (loadedAt === null) return 'never loaded';
  return stale ? 'stale' : 'fresh';
};
