import type { EcosystemView, FeedsView, FeedView, HeldBackFile } from '@weir/contracts';
import { useFetched } from './fetched.js';
import { Instant } from './instant.js';
import { Failure, Notice } from './notice.js';

/** How fresh each feed is, and what is held back of it. */
export const FeedsPage = () => {
  const list = useFetched<FeedsView>('/v1/feeds');
  if (list.error) return <Failure error={list.error} />;
  if (!list.value) return null;
  return (
    <>
      <h1>Feeds</h1>
      {list.value.feeds.map(
        ({ feed, heldBack }) => heldBack && <HeldBackNotice key={feed} feed={feed} file={heldBack} />,
      )}
      <table>
        <thead>
          <tr>
            <th>Feed</th>
            <th>State</th>
            <th>Of</th>
            <th>Loaded</th>
            <th>Records</th>
            <th>Skipped</th>
            <th>Stays for a second day</th>
            <th>From</th>
          </tr>
        </thead>
        <tbody>
          {list.value.feeds.map((feed) => (
            <FeedRow key={feed.feed} feed={feed} />
          ))}
        </tbody>
      </table>
      <Ecosystems ecosystems={list.value.feeds.flatMap(({ ecosystems = [] }) => ecosystems)} />
    </>
  );
};

/** Of an ecosystem that was never loaded no package is clean. */
const Ecosystems = ({ ecosystems }: { readonly ecosystems: readonly EcosystemView[] }) => (
  <>
    <h2>Advisories by ecosystem</h2>
    <table>
      <thead>
        <tr>
          <th>Ecosystem</th>
          <th>State</th>
          <th>Latest record of</th>
          <th>Loaded</th>
        </tr>
      </thead>
      <tbody>
        {ecosystems.map(({ ecosystem, asOf, loadedAt, stale }) => (
          <tr key={ecosystem}>
            <td>
              <strong>{ecosystem}</strong>
            </td>
            <td data-label="State">
              {loadedAt === null ? 'never loaded: its packages await their scan' : stale ? 'stale' : 'fresh'}
            </td>
            <td data-label="Latest record of">
              {asOf === null ? <span className="dim">unknown</span> : <Instant at={asOf} />}
            </td>
            <td data-label="Loaded">
              {loadedAt === null ? <span className="dim">never</span> : <Instant at={loadedAt} />}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  </>
);

const FeedRow = ({ feed }: { readonly feed: FeedView }) => (
  <tr>
    <td>
      <strong>{feed.feed.toUpperCase()}</strong>
    </td>
    <td data-label="State">{feed.heldBack === null ? stateOf(feed) : <strong>held back</strong>}</td>
    <td data-label="Of">{feed.asOf ?? <span className="dim">unknown</span>}</td>
    <td data-label="Loaded">
      {feed.loadedAt === null ? <span className="dim">never</span> : <Instant at={feed.loadedAt} />}
    </td>
    <td data-label="Records">{feed.records?.toLocaleString()}</td>
    <td data-label="Skipped">{feed.skipped?.toLocaleString()}</td>
    <td data-label="Stays for a second day">{feed.awaited.toLocaleString()}</td>
    <td data-label="From">{feed.source}</td>
  </tr>
);

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
    <pre>{`weir feed accept ${feed} ${file.content} --because "..."`}</pre>
  </Notice>
);
