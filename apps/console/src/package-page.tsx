import type { DecisionPage, DecisionSummary, PackageDetail, PackageSummary, UnreadPart } from '@weir/contracts';
import { CopyButton } from './copy-button.js';
import { useFetched } from './fetched.js';
import type { NoAnswer } from './get-json.js';
import { Instant } from './instant.js';
import { Failure, Notice } from './notice.js';
import { useTitle } from './page-frame.js';
import { decisionHref, packageHref, packagesHref, policyHref, type PackagePlace } from './route.js';
import { StateMark, Tags } from './state-mark.js';
import { Table, type Column } from './table.js';

interface PackageProps {
  readonly place: PackagePlace;
  readonly latest: string | null;
}

/** One package: may it be used, why, and every decision about it. */
export const PackagePage = ({ place: { purl, repository, workspace }, latest }: PackageProps) => {
  const path = `/v1/packages/${encodeURIComponent(purl)}`;
  const within = new URLSearchParams({
    ...(repository !== '' && { repository }),
    ...(workspace !== '' && { workspace }),
  }).toString();
  const detail = useFetched<PackageDetail>(`${path}?${within}`, latest);
  const [found] = detail.value?.repositories ?? [];
  const history = useFetched<DecisionPage>(found ? `${path}/decisions?${within}&limit=100` : null, latest);
  useTitle(purl);
  return (
    <>
      <p className="crumb">
        <a href="#/">Packages</a> / {workspace !== '' && workspace !== 'default' && `${workspace} / `}
        <a href={packagesHref({ repository, workspace })}>{repository || 'all repositories'}</a>
      </p>
      <h1 className="purl">
        {purl} <CopyButton text={purl} what="package URL" />
      </h1>
      {!found && detail.error && <Unjudged error={detail.error} />}
      {found && <Verdict summary={found} />}
      {found && found.unread.length > 0 && <Unread parts={found.unread} />}
      <Related purls={detail.value?.related ?? []} repository={repository} workspace={workspace} />
      {found && (
        <>
          <h2>Decisions</h2>
          <Table
            label="Decisions"
            columns={DECISION_COLUMNS}
            rows={history.value?.decisions ?? []}
            keyOf={({ id }) => id}
          />
          {history.value?.nextCursor && <p className="dim">The latest 100 are shown.</p>}
        </>
      )}
    </>
  );
};

/** The verdict takes the place of this by itself: the question is asked again while there is none. */
const Unjudged = ({ error }: { readonly error: NoAnswer }) => {
  if (error.acceptedAt === null) return <Failure error={error} />;
  const isBeingJudged = error.isPassing;
  return (
    <Notice title={isBeingJudged ? 'Being judged' : 'Could not be judged'} warns={!isBeingJudged}>
      <p>
        Its event was accepted at <Instant at={error.acceptedAt} />.{' '}
        {isBeingJudged ? 'Until it is judged it is not allowed. The verdict appears here by itself.' : error.message}
      </p>
    </Notice>
  );
};

/** Files of the version each have a page; a name that differs in case alone is another package. */
const Related = ({ purls, ...place }: { readonly purls: readonly string[] } & Omit<PackagePlace, 'purl'>) =>
  purls.length === 0 ? null : (
    <details>
      <summary>
        Also known: {purls.length === 1 ? 'one package' : `${purls.length} packages`} of this name and version
      </summary>
      <ul>
        {purls.map((purl) => (
          <li key={purl}>
            <a className="purl" href={packageHref({ purl, ...place })}>
              {purl}
            </a>
          </li>
        ))}
      </ul>
    </details>
  );

const Verdict = ({ summary }: { readonly summary: PackageSummary }) => (
  <section className={`verdict verdict-${summary.state}`} aria-label="Verdict">
    <p className="standing">
      <StateMark state={summary.state} /> <Tags tags={summary.tags} hrefOf={(tag) => packagesHref({ tag })} />
      <span className="dim">
        {' '}
        promotion {summary.promotion}, since <Instant at={summary.changedAt} />
      </span>
    </p>
    {summary.reasons.length === 0 ? (
      <p>
        No active policy asks for anything. <a href={decisionHref(summary.decision.id)}>See what was asked</a>
      </p>
    ) : (
      <ul>
        {summary.reasons.map((reason) => (
          <li key={reason.policyId}>
            <a href={policyHref(reason.policyId)}>
              <strong>{reason.policy}</strong>
            </a>{' '}
            <span className="dim">
              revision {reason.revision} asks: {reason.asks.join(', ')}
            </span>
            {reason.error && <p className="fault">The policy failed: {reason.error}</p>}
            {reason.reasons.map((sentence) => (
              <p key={sentence}>{sentence}</p>
            ))}
          </li>
        ))}
      </ul>
    )}
    <p>
      <a href={decisionHref(summary.decision.id)}>The decision and the facts it saw</a>
    </p>
  </section>
);

/** What policies did not see, though it was said. */
const Unread = ({ parts }: { readonly parts: readonly UnreadPart[] }) => (
  <section>
    <h2>Could not be read</h2>
    <ul>
      {parts.map(({ field, reason }) => (
        <li key={`${field} ${reason}`}>
          <strong>{field}</strong> {reason}
        </li>
      ))}
    </ul>
    <p className="dim">The facts are without it. Policies see this list as input.v1.unread.</p>
  </section>
);

const DECISION_COLUMNS: readonly Column<DecisionSummary>[] = [
  { title: 'Decided', className: 'when', cell: ({ decidedAt }) => <Instant at={decidedAt} /> },
  { title: 'Because of', className: 'reason', cell: ({ cause }) => cause.detail },
  {
    title: 'Outcome',
    cell: ({ before, after }) => (
      <>
        {before && before.state !== after.state && <span className="dim">{before.state} → </span>}
        <StateMark state={after.state} /> <Tags tags={after.tags} hrefOf={(tag) => packagesHref({ tag })} />
      </>
    ),
  },
  {
    title: 'Policies that matched',
    cell: ({ matched, errored }) => (
      <>
        {matched.map(({ policyId, policy, revision }) => (
          <a key={policyId} className="chip" href={policyHref(policyId)}>
            {policy} r{revision}
          </a>
        ))}
        {errored.map(({ policyId, policy, code }) => (
          <a key={policyId} className="chip fault" href={policyHref(policyId)}>
            {policy}: {code}
          </a>
        ))}
      </>
    ),
  },
  { title: 'Evidence', cell: ({ id }) => <a href={decisionHref(id)}>{id}</a> },
];
