import type { PackagePage, PackageSummary, Summary } from '@weir/contracts';
import { useFetched } from './fetched.js';
import { HourlyDecisions } from './hourly-decisions.js';
import { Instant } from './instant.js';
import { Failure, Notice } from './notice.js';
import { packageHref, packagesHref, type PackageFilter } from './route.js';
import { StateMark, Tags } from './state-mark.js';

const STATES = ['available', 'quarantined', 'hidden', 'deleted'] as const;

/** Every package with its state and why, what changed last first. */
export const PackagesPage = ({
  filter,
  latest,
}: {
  readonly filter: PackageFilter;
  readonly latest: string | null;
}) => {
  const query = new URLSearchParams({
    limit: '100',
    ...(filter.state ? { state: filter.state } : {}),
    ...(filter.q ? { q: filter.q } : {}),
  });
  const page = useFetched<PackagePage>(`/v1/packages?${query.toString()}`, latest);
  const summary = useFetched<Summary>('/v1/summary', latest);
  if (page.error) return <Failure error={page.error} />;
  return (
    <>
      {summary.value && <Overview summary={summary.value} filter={filter} />}
      <Search filter={filter} />
      {page.value?.packages.length === 0 ? (
        <Empty filter={filter} />
      ) : (
        <PackageTable packages={page.value?.packages ?? []} />
      )}
      {page.value?.nextCursor && (
        <p className="more">The {page.value.packages.length} that changed last are shown. Search to narrow it down.</p>
      )}
    </>
  );
};

const Overview = ({ summary, filter }: { readonly summary: Summary; readonly filter: PackageFilter }) => (
  <section className="overview" aria-label="Overview">
    {STATES.map((state) => (
      <a
        key={state}
        className="figure"
        href={packagesHref({ state: filter.state === state ? '' : state })}
        aria-current={filter.state === state}
      >
        <strong>{summary.packages.byState[state].toLocaleString()}</strong>
        <StateMark state={state} />
      </a>
    ))}
    <HourlyDecisions hours={summary.decisionsPerHour} />
  </section>
);

const Search = ({ filter }: { readonly filter: PackageFilter }) => (
  <form className="search" role="search" onSubmit={(event) => event.preventDefault()}>
    <input
      type="search"
      aria-label="Search packages"
      placeholder="Part of a package URL, such as npm/lodash"
      defaultValue={filter.q}
      onChange={(event) => {
        window.location.replace(packagesHref({ ...filter, q: event.target.value }));
      }}
    />
    {filter.state && (
      <a className="clear" href={packagesHref({ q: filter.q })}>
        only {filter.state} ×
      </a>
    )}
  </form>
);

const PackageTable = ({ packages }: { readonly packages: readonly PackageSummary[] }) => (
  <table>
    <thead>
      <tr>
        <th>Package</th>
        <th>Repository</th>
        <th>State</th>
        <th>Why</th>
        <th>Changed</th>
      </tr>
    </thead>
    <tbody>
      {packages.map((summary) => (
        <tr key={`${summary.workspace}/${summary.repository}/${summary.purl}`}>
          <td>
            <a className="purl" href={packageHref(summary)}>
              {summary.purl}
            </a>
          </td>
          <td>
            {summary.workspace !== 'default' && <span className="dim">{summary.workspace} / </span>}
            {summary.repository}
            {summary.environment && <span className="dim"> {summary.environment}</span>}
          </td>
          <td>
            <StateMark state={summary.state} />
          </td>
          <td>
            <Why summary={summary} />
          </td>
          <td className="when">
            <Instant at={summary.changedAt} />
          </td>
        </tr>
      ))}
    </tbody>
  </table>
);

/** The policy that decided the state speaks first; one that only tags speaks when no other does. */
const Why = ({ summary }: { readonly summary: PackageSummary }) => {
  const first = summary.reasons.find(({ asks }) => asks.includes(summary.state)) ?? summary.reasons[0];
  return (
    <>
      <Tags tags={summary.tags} />
      {first && <span className="reason">{first.error ?? first.reasons[0] ?? first.policy}</span>}
      {summary.reasons.length > 1 && <span className="dim"> and {summary.reasons.length - 1} more</span>}
    </>
  );
};

const Empty = ({ filter }: { readonly filter: PackageFilter }) =>
  filter.q || filter.state ? (
    <Notice title="No package fits">
      <p>
        <a href={packagesHref({})}>Show all packages</a>
      </p>
    </Notice>
  ) : (
    <Notice title="No package has been judged yet">
      <p>Tell Weir about one:</p>
      <pre>{`curl ${window.location.origin}/v1/events -H 'content-type: application/cloudevents+json' -d '{
  "specversion": "1.0", "id": "first-1", "source": "/example", "type": "dev.weir.package.published.v1",
  "data": { "repository": { "name": "npm-dev" }, "purl": "pkg:npm/lodash@4.17.20" } }'`}</pre>
      <p>It appears here by itself.</p>
    </Notice>
  );
