import type { DecisionPage, DecisionSummary, PackageDetail, PackageSummary, UnreadPart } from '@weir/contracts';
import { useFetched } from './fetched.js';
import { Instant } from './instant.js';
import { Failure } from './notice.js';
import { decisionHref, packageHref, type PackagePlace } from './route.js';
import { StateMark, Tags } from './state-mark.js';

/** One package: may it be used, why, and every decision about it. */
export const PackagePage = ({
  place: { purl, repository, workspace },
  latest,
}: {
  readonly place: PackagePlace;
  readonly latest: string | null;
}) => {
  const path = `/v1/packages/${encodeURIComponent(purl)}`;
  const within = new URLSearchParams({ repository, ...(workspace !== '' && { workspace }) }).toString();
  const detail = useFetched<PackageDetail>(`${path}?${within}`, latest);
  const history = useFetched<DecisionPage>(`${path}/decisions?${within}&limit=100`, latest);
  if (detail.error) return <Failure error={detail.error} />;
  const [found] = detail.value?.repositories ?? [];
  return (
    <>
      <p className="crumb">
        <a href="#/">Packages</a> / {workspace !== '' && workspace !== 'default' && `${workspace} / `}
        {repository}
      </p>
      <h1 className="purl">{purl}</h1>
      {found && <Verdict summary={found} />}
      {found && found.unread.length > 0 && <Unread parts={found.unread} />}
      <Related purls={detail.value?.related ?? []} repository={repository} workspace={workspace} />
      <h2>Decisions</h2>
      <DecisionTable decisions={history.value?.decisions ?? []} />
    </>
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
  <section className={`verdict verdict-${summary.state}`}>
    <p className="standing">
      <StateMark state={summary.state} /> <Tags tags={summary.tags} />
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
            <strong>{reason.policy}</strong>{' '}
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

const DecisionTable = ({ decisions }: { readonly decisions: readonly DecisionSummary[] }) => (
  <table>
    <thead>
      <tr>
        <th>Decided</th>
        <th>Because of</th>
        <th>Outcome</th>
        <th>Policies that matched</th>
        <th>Evidence</th>
      </tr>
    </thead>
    <tbody>
      {decisions.map((decision) => (
        <tr key={decision.id}>
          <td className="when">
            <Instant at={decision.decidedAt} />
          </td>
          <td>{decision.cause.detail}</td>
          <td>
            {decision.before && decision.before.state !== decision.after.state && (
              <span className="dim">{decision.before.state} → </span>
            )}
            <StateMark state={decision.after.state} /> <Tags tags={decision.after.tags} />
          </td>
          <td>
            {decision.matched.map(({ policyId, policy, revision }) => (
              <span key={policyId} className="chip">
                {policy} r{revision}
              </span>
            ))}
            {decision.errored.map(({ policyId, policy, code }) => (
              <span key={policyId} className="chip fault">
                {policy}: {code}
              </span>
            ))}
          </td>
          <td>
            <a href={decisionHref(decision.id)}>{decision.id}</a>
          </td>
        </tr>
      ))}
    </tbody>
  </table>
);
