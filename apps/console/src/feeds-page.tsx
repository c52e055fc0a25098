import type { EcosystemView, FeedsView, FeedView, HeldBackFile } from '@weir/contracts';
import { Code } from './copy-button.js';
import { useFetched } from './fetched.js';
import { Instant } from './instant.js';
import { Notice, Waiting } from './notice.js';
import { useTitle } from './page-frame.js';
import { Table, type Column } from './table.js';

/** How fresh each feed is, and what is held back of it. */
export const FeedsPage = () => {
  const list = useFetched<FeedsView>('/v1/feeds');
  useTitle('Feeds');
  return (
    <>
      <h1>Feeds</h1>
      {list.value === null ? <Waiting error={list.error} /> : <Feeds feeds={list.value.feeds} />}
    </>
  );
};

const Feeds = ({ feeds }: Pick<FeedsView, 'feeds'>) => (
  <>
    {feeds.map(({ feed, heldBack }) => heldBack && <HeldBackNotice key={feed} feed={feed} file={heldBack} />)}
    <Table label="Feeds" columns={FEED_COLUMNS} rows={feeds} keyOf={({ feed }) => feed} />
    <h2>Advisories by ecosystem</h2>
    <Table
      label="Advisories by ecosystem"
      columns={ECOSYSTEM_COLUMNS}
      rows={feeds.flatMap(({ ecosystems = [] }) => ecosystems)}
      keyOf={({ ecosystem }) => ecosystem}
    />
  </>
);

const InstantOr = ({ at, otherwise }: { readonly at: string | null; readonly otherwise: string }) =>
  at === null ? <span className="dim">{otherwise}</span> : <Instant at={at} />;

/** Of an ecosystem that was never loaded no package is clean. */
const ECOSYSTEM_COLUMNS: readonly Column<EcosystemView>[] = [
  { title: 'Ecosystem', cell: ({ ecosystem }) => <strong>{ecosystem}</strong> },
  {
    title: 'State',
    cell: ({ loadedAt, stale }) => {
      if (loadedAt === null) return 'never loaded: its packages await their scan';
      return stale ? 'stale' : 'fresh';
    },
  },
  { title: 'Latest record of', className: 'when', cell: ({ asOf }) => <InstantOr at={asOf} otherwise="unknown" /> },
  { title: 'Loaded', className: 'when', cell: ({ loadedAt }) => <InstantOr at={loadedAt} otherwise="never" /> },
];

const FEED_COLUMNS: readonly Column<FeedView>[] = [
  { title: 'Feed', cell: ({ feed }) => <strong>{feed.toUpperCase()}</strong> },
  { title: 'State', cell: (feed) => (feed.heldBack === null ? stateOf(feed) : <strong>held back</strong>) },
  { title: 'Of', cell: ({ asOf }) => asOf ?? <span className="dim">unknown</span> },
  { title: 'Loaded', className: 'when', cell: ({ loadedAt }) => <InstantOr at={loadedAt} otherwise="never" /> },
  { title: 'Records', className: 'number', cell: ({ records }) => records?.toLocaleString() },
  { title: 'Skipped', className: 'number', cell: ({ skipped }) => skipped?.toLocaleString() },
  { title: 'Stays for a second day', className: 'number', cell: ({ awaited }) => awaited.toLocaleString() },
  { title: 'From', className: 'reason', cell: ({ source }) => source },
];

const stateOf = ({ loadedAt, stale }: FeedView): string => {
  if (loadedAt === null) return 'never loaded';
  return stale ? 'stale' : 'fresh';
};

const HeldBackNotice = ({ feed, file }: { readonly feed: string; readonly file: HeldBackFile }) => (
  <Notice warns title={`The newest file of ${feed.toUpperCase()} is held back`}>
    <p>
      {file.source} of {file.asOf}, received <Instant at={file.heldAt} />: {file.reason}. What it adds is in force; the{' '}
      {(file.absent + file.lowered).toLocaleString()} entries that it takes away stay until the file of a later day
      takes them away too. A true file ends this. If this one is right, let it in:
    </p>
    <Code what="command" text={`weir feed accept ${feed} ${file.content} --because "..."`} />
  </Notice>
);
