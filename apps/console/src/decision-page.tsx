import type { StoredDecision } from '@weir/contracts';
import { Code, CopyButton } from './copy-button.js';
import { DocumentLink } from './document-link.js';
import { useFetched } from './fetched.js';
import { Instant } from './instant.js';
import { Waiting } from './notice.js';
import { useTitle } from './page-frame.js';
import { packageHref, packagesHref, policyHref } from './route.js';
import { StateMark, Tags } from './state-mark.js';
import { Table } from './table.js';

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
  useTitle(`Decision ${id}`);
  if (!stored.value)
    return (
      <>
        <h1>Decision {id}</h1>
        <Waiting error={stored.error} />
      </>
    );
  const decision = stored.value.data as unknown as RecordedDecision;
  return (
    <>
      <p className="crumb">
        <a href="#/">Packages</a> /{' '}
        <a href={packagesHref({ repository: decision.repository.name })}>{decision.repository.name}</a> /{' '}
        <a
          className="purl"
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
        <StateMark state={decision.desired.state} />{' '}
        <Tags tags={decision.desired.tags} hrefOf={(tag) => packagesHref({ tag })} />{' '}
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

type Asked = StoredDecision['asked'][number];

const Answers = ({ asked, results }: Pick<StoredDecision, 'asked'> & Pick<RecordedDecision, 'results'>) => {
  const said = new Map(results.map((result) => [result.policyId, result]));
  if (asked.length === 0) return <p className="dim">No policy was asked.</p>;
  return (
    <Table
      label="Answers of policies"
      rows={asked}
      keyOf={({ policyId }: Asked) => policyId}
      columns={[
        {
          title: 'Policy',
          cell: ({ policyId, policy, revision }) => (
            <>
              <a href={policyHref(policyId)}>{policy}</a> <span className="dim">revision {revision}</span>
            </>
          ),
        },
        { title: 'Answer', className: 'answer', cell: ({ answer }) => <Answer answer={answer} /> },
        {
          title: 'Reasons',
          className: 'reason',
          cell: ({ policyId }) => {
            const result = said.get(policyId);
            if (result?.error) return `${result.error.code}: ${result.error.message}`;
            return result?.reasons?.map((reason) => <p key={reason}>{reason}</p>);
          },
        },
      ]}
    />
  );
};

const Answer = ({ answer }: Pick<Asked, 'answer'>) => {
  if (answer === 'failed') return <span className="fault">failed</span>;
  return answer === 'match' ? <strong>match</strong> : answer;
};

const Evidence = ({ stored, decision }: { readonly stored: StoredDecision; readonly decision: RecordedDecision }) => (
  <dl className="evidence">
    <dt>Log</dt>
    <dd>
      {stored.shard}, position {stored.position}, recorded <Instant at={stored.recordedAt} />
    </dd>
    <Digest name="Event hash" digest={stored.hash} />
    {decision.factsDigest ? (
      <Digest name="Facts" digest={decision.factsDigest} />
    ) : (
      <>
        <dt>Facts</dt>
        <dd>none: the package was deleted</dd>
      </>
    )}
    <Digest name="Policy set" digest={decision.policySetDigest} href={`/v1/policy-sets/${decision.policySetDigest}`} />
    <Digest name="Engine" digest={decision.engineDigest} />
    {stored.traceparent && <Digest name="Trace" digest={stored.traceparent.split('-')[1] ?? stored.traceparent} />}
  </dl>
);

interface DigestProps {
  readonly name: string;
  readonly digest: string;
  readonly href?: string;
}

const Digest = ({ name, digest, href }: DigestProps) => (
  <>
    <dt>{name}</dt>
    <dd>
      <code>{href === undefined ? digest : <DocumentLink href={href}>{digest}</DocumentLink>}</code>{' '}
      <CopyButton text={digest} what={name.toLowerCase()} />
    </dd>
  </>
);

const Facts = ({ id }: { readonly id: string }) => {
  const path = `/v1/decisions/${encodeURIComponent(id)}/facts`;
  const facts = useFetched<unknown>(path);
  return (
    <section>
      <h2>Facts that were seen</h2>
      <p>
        <DocumentLink href={path}>Exact bytes</DocumentLink>
      </p>
      {facts.value === null ? (
        <Waiting error={facts.error} />
      ) : (
        <Code className="facts" what="facts" text={JSON.stringify(facts.value, null, 2)} />
      )}
    </section>
  );
};
