import type { PackagePage, PackageSummary, Summary } from '@weir/contracts';
import { useRef } from 'react';
import { CopyButton, Code } from './copy-button.js';
import { useFetched, type Fetched } from './fetched.js';
import { HourlyDecisions } from './hourly-decisions.js';
import { Instant } from './instant.js';
import { Notice, Waiting } from './notice.js';
import { useTitle } from './page-frame.js';
import { PAGE_SIZE, PageLinks } from './page-links.js';
import { narrowed, packageHref, packagesHref, type PackageFilter } from './route.js';
import { Search } from './search.js';
import { StateMark, Tags } from './state-mark.js';
import { Table, type Column } from './table.js';

const STATES = ['available', 'quarantined', 'hidden', 'deleted'] as const;

interface PackagesProps {
  readonly filter: PackageFilter;
  readonly latest: string | null;
}

/** Every package with its state and why, what changed last first. */
export const PackagesPage = ({ filter, latest }: PackagesProps) => {
  const page = useFetched<PackagePage>(`/v1/packages?${questionOf(filter)}`, latest);
  const summary = useFetched<Summary>('/v1/summary', latest);
  const shown = useShown(page, filter);
  useTitle(filter.q === '' ? 'Packages' : `${filter.q} · Packages`);
  return (
    <>
      <h1>Packages</h1>
      <Overview summary={summary.value} filter={filter} />
      <Search filter={filter} />
      <Terms filter={filter} />
      {shown === null || page.error ? <Waiting error={page.error} /> : null}
      {shown && (
        <div className={page.value ? '' : 'stale'} aria-busy={page.value === null}>
          <PackageList page={shown.page} filter={shown.filter} />
        </div>
      )}
    </>
  );
};

interface Shown {
  readonly page: PackagePage;
  readonly filter: PackageFilter;
}

/** The list that was asked for; while it is on its way, the one before, so that nothing jumps. */
const useShown = ({ value, error }: Fetched<PackagePage>, filter: PackageFilter): Shown | null => {
  const before = useRef<Shown | null>(null);
  if (value) before.current = { page: value, filter };
  else if (error) before.current = null;
  return before.current;
};

const questionOf = ({ from: _, ...filter }: PackageFilter): string =>
  new URLSearchParams([
    ['limit', String(PAGE_SIZE)],
    ['total', 'true'],
    ...Object.entries(filter).filter(([, value]) => value !== ''),
  ]).toString();

const PackageList = ({ page, filter }: { readonly page: PackagePage; readonly filter: PackageFilter }) =>
  page.packages.length === 0 ? (
    <Empty filter={filter} />
  ) : (
    <>
      <PageLinks page={page} filter={filter} label="Pages of the list" />
      <Table label="Packages" columns={columnsOf(filter)} rows={page.packages} keyOf={keyOf} />
      {(page.nextCursor ?? page.previousCursor) && (
        <PageLinks page={page} filter={filter} label="Pages of the list, below it" />
      )}
    </>
  );

const keyOf = ({ workspace, repository, purl }: PackageSummary): string => `${workspace}/${repository}/${purl}`;

/** Has its place before the figures come: nothing below it jumps when they do. */
const Overview = ({ summary, filter }: { readonly summary: Summary | null; readonly filter: PackageFilter }) => (
  <section className="overview" aria-label="Overview">
    {STATES.map((state) => (
      <a
        key={state}
        className="figure"
        href={narrowed(filter, { state: filter.state === state ? '' : state })}
        aria-current={filter.state === state}
      >
        <strong>{summary?.packages.byState[state].toLocaleString() ?? '…'}</strong>
        <StateMark state={state} />
      </a>
    ))}
    {summary && <Unjudged {...summary.unjudged} />}
    <HourlyDecisions hours={summary?.decisionsPerHour ?? []} />
  </section>
);

/** What was accepted and has no verdict; nothing when that is nothing. */
const Unjudged = ({ beingJudged, refused }: Summary['unjudged']) =>
  beingJudged + refused === 0 ? null : (
    <a className="figure" href="#/unjudged">
      <strong>{(beingJudged + refused).toLocaleString()}</strong>
      {refused === 0 ? 'being judged' : `not judged, ${refused.toLocaleString()} refused`}
    </a>
  );

const TERMS = ['workspace', 'repository', 'state', 'format', 'environment', 'tag', 'policy', 'q'] as const;

/** What the list is narrowed to, each to be taken away. */
const Terms = ({ filter }: { readonly filter: PackageFilter }) => {
  const terms = TERMS.filter((term) => filter[term] !== '');
  if (terms.length === 0) return null;
  return (
    <p className="terms">
      {terms.map((term) => (
        <a key={term} className="term" href={narrowed(filter, { [term]: '' })}>
          <span className="unseen">Remove </span>
          {term === 'q' ? 'search' : term}: {filter[term]} <span aria-hidden="true">×</span>
        </a>
      ))}
      <a href={packagesHref({ sort: filter.sort })}>Show all</a>
    </p>
  );
};

const columnsOf = (filter: PackageFilter): readonly Column<PackageSummary>[] => [
  {
    title: 'Package',
    className: 'wide',
    cell: (summary) => (
      <>
        <a className="purl" href={packageHref(summary)}>
          {summary.purl}
        </a>{' '}
        <CopyButton text={summary.purl} what={summary.purl} />
      </>
    ),
  },
  {
    title: 'Repository',
    cell: ({ workspace, repository, environment }) => (
      <>
        {workspace !== 'default' && <a href={narrowed(filter, { workspace })}>{workspace}</a>}
        {workspace !== 'default' && ' / '}
        <a href={narrowed(filter, { repository })}>{repository}</a>
        {environment && ' '}
        {environment && <a href={narrowed(filter, { environment })}>{environment}</a>}
      </>
    ),
  },
  { title: 'Format', cell: ({ format }) => <a href={narrowed(filter, { format })}>{format}</a> },
  { title: 'State', cell: ({ state }) => <StateMark state={state} /> },
  { title: 'Why', className: 'reason', cell: (summary) => <Why summary={summary} filter={filter} /> },
  { title: 'Changed', className: 'when', cell: ({ changedAt }) => <Instant at={changedAt} /> },
];

/** The policy that decided the state speaks first; one that only tags speaks when no other does. */
const Why = ({ summary, filter }: { readonly summary: PackageSummary; readonly filter: PackageFilter }) => {
  const first = summary.reasons.find(({ asks }) => asks.includes(summary.state)) ?? summary.reasons[0];
  return (
    <>
      <Tags tags={summary.tags} hrefOf={(tag) => narrowed(filter, { tag })} />
      {first && <span>{first.error ?? first.reasons[0] ?? first.policy}</span>}
      {summary.reasons.length > 1 && <span className="dim"> and {summary.reasons.length - 1} more</span>}
    </>
  );
};

const Empty = ({ filter }: { readonly filter: PackageFilter }) => {
  if (filter.cursor !== '')
    return (
      <Notice title="There is nothing on this page any more">
        <p>
          <a href={narrowed(filter, {})}>To the first page</a>
        </p>
      </Notice>
    );
  if (TERMS.some((term) => filter[term] !== ''))
    return (
      <Notice title="No package fits">
        <p>
          <a href={packagesHref({})}>Show all packages</a>
        </p>
      </Notice>
    );
  return (
    <Notice title="No package has been judged yet">
      <p>Tell Weir about one:</p>
      <Code
        what="command"
        text={`curl ${window.location.origin}/v1/events -H 'content-type: application/cloudevents+json' -d '{
  "specversion": "1.0", "id": "first-1", "source": "/example", "type": "dev.weir.package.published.v1",
  "data": { "repository": { "name": "npm-dev" }, "purl": "pkg:npm/lodash@4.17.20" } }'`}
      />
      <p>It appears here by itself.</p>
    </Notice>
  );
};
