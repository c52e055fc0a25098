import type { StoredDecision } from '@weir/contracts';
import { useFetched } from './fetched.js';
import { Instant } from './instant.js';
import { Failure } from './notice.js';
import { packageHref } from './route.js';
import { StateMark, Tags } from './state-mark.js';

/** The part of the recorded decision that the page explains; the whole stands below it. */
interface RecordedDecision {
  readonly workspace: string;
  readonly repository: { readonly name: string };
  readonly package: { readonly purl: string };
  readonly decidedAt: string;
  readonly factsDigest: string | null;
  readonly policySetDigest: string;
  readonly engineDigest: string;
  readonly desired: { readonly state: string; readonly tags: readonly string[] };
  readonly results: readonly {
    readonly policyId: string;
    readonly name?: string;
    readonly revision: number;
    readonly match?: boolean | null;
    readonly reasons?: readonly string[];
    readonly error?: { readonly code: string; readonly message: string } | null;
  }[];
}

/** One decision: what each policy said, on which facts, and where the log keeps it. */
export const DecisionPage = ({ id }: { readonly id: string }) => {
  const stored = useFetched<StoredDecision>(`/v1/decisions/${encodeURIComponent(id)}`);
  if (stored.error) return <Failure error={stored.error} />;
  if (!stored.value) return null;
  const decision = stored.value.data as unknown as RecordedDecision;
  return (
    <>
      <p className="crumb">
        <a href="#/">Packages</a> / {decision.repository.name} /{' '}
        <a
          href={packageHref({
            purl: decision.package.purl,
            repository: decision.repository.name,
            workspace: decision.workspace,
          })}
        >
          {decision.package.purl}
        </a>
      </p>
      <h1>Decision {id}</h1>
      <p className="standing">
        <StateMark state={decision.desired.state} /> <Tags tags={decision.desired.tags} />{' '}
        <span className="dim">
          decided <Instant at={decision.decidedAt} />
        </span>
      </p>
      <Answers asked={stored.value.asked} results={decision.results} />
      <h2>Evidence</h2>
      <Evidence stored={stored.value} decision={decision} />
      {decision.factsDigest && <Facts id={id} />}
    </>
  );
};

const Answers = ({ asked, results }: Pick<StoredDecision, 'asked'> & Pick<RecordedDecision, 'results'>) => {
  const said = new Map(results.map((result) => [result.policyId, result]));
  return (
    <table>
      <thead>
        <tr>
          <th>Policy</th>
          <th>Answer</th>
          <th>Reasons</th>
        </tr>
      </thead>
      <tbody>
        {asked.map(({ policyId, policy, revision, answer }) => {
          const result = said.get(policyId);
          return (
            <tr key={policyId}>
              <td>
                {policy} <span className="dim">revision {revision}</span>
              </td>
              <td className="answer">
                {answer === 'failed' ? (
                  <span className="fault">failed</span>
                ) : answer === 'match' ? (
                  <strong>match</strong>
                ) : (
                  answer
                )}
              </td>
              <td>
                {result?.error
                  ? `${result.error.code}: ${result.error.message}`
                  : result?.reasons?.map((reason) => <p key={reason}>{reason}</p>)}
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
};

const Evidence = ({ stored, decision }: { readonly stored: StoredDecision; readonly decision: RecordedDecision }) => (
  <dl className="evidence">
    <dt>Log</dt>
    <dd>
      {stored.shard}, position {stored.position}, recorded <Instant at={stored.recordedAt} />
    </dd>
    <dt>Event hash</dt>
    <dd>
      <code>{stored.hash}</code>
    </dd>
    <dt>Facts</dt>
    <dd>
      <code>{decision.factsDigest ?? 'none: the package was deleted'}</code>
    </dd>
    <dt>Policy set</dt>
    <dd>
      <code>{decision.policySetDigest}</code>
    </dd>
    <dt>Engine</dt>
    <dd>
      <code>{decision.engineDigest}</code>
    </dd>
  </dl>
);

const Facts = ({ id }: { readonly id: string }) => {
  const path = `/v1/decisions/${encodeURIComponent(id)}/facts`;
  const facts = useFetched<unknown>(path);
  return (
    <details open>
      <summary>
        Facts that were seen (<a href={path}>exact bytes</a>)
      </summary>
      {facts.error ? (
        <p className="fault">{facts.error}</p>
      ) : (
        <pre className="facts">{facts.value === null ? '' : JSON.stringify(facts.value, null, 2)}</pre>
      )}
    </details>
  );
};
