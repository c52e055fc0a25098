import type { KeyView, KeyWithText } from '@weir/contracts';
import { useState } from 'react';
import { ConfirmButton } from './confirm-button.js';
import { CreateKeyForm } from './create-key-form.js';
import { useFetched } from './fetched.js';
import { postJson, signIn } from './get-json.js';
import { Instant } from './instant.js';
import { MadeKey, tellMade } from './made-key.js';
import { Notice, Waiting } from './notice.js';
import { useTitle } from './page-frame.js';
import { session, useSession } from './session.js';
import { Table, type Column } from './table.js';

/** Every key, what it is for and when it was last used; where keys are made, given another text, and ended. */
export const KeysPage = () => {
  const [turn, setTurn] = useState(0);
  const list = useFetched<{ readonly keys: readonly KeyView[] }>('/v1/keys', turn);
  const again = (): void => setTurn((last) => last + 1);
  useTitle('Keys');
  const { principal } = useSession();
  const keys = list.value?.keys ?? null;
  return (
    <>
      <h1>Keys</h1>
      <MadeKey />
      {keys === null ? (
        <Waiting error={list.error} />
      ) : (
        <>
          {keys.length === 0 && <NoKeys />}
          {keys.length > 0 && <Table label="Keys" columns={columns(again)} rows={keys} keyOf={({ keyId }) => keyId} />}
          <CreateKeyForm
            isFirst={keys.length === 0 && principal?.name === null}
            onMade={(key) => void keep(key).then(again)}
          />
        </>
      )}
    </>
  );
};

/** From the first key on whoever has none is turned away, and who made it would be the first: they go on with it. */
const keep = async (key: KeyWithText): Promise<void> => {
  tellMade(key);
  if (session().key === null) await untilTaken(key.key);
};

const MOST_TRIES = 20;
const BETWEEN_TRIES_MS = 250;

/** The service that answers may hear of the key a moment after it was made. */
const untilTaken = async (key: string): Promise<void> => {
  for (let tries = 0; tries < MOST_TRIES; tries += 1) {
    const isTaken = await signIn(key).then(
      () => session().principal?.name !== null,
      () => false,
    );
    if (isTaken) return;
    await new Promise((resolve) => setTimeout(resolve, BETWEEN_TRIES_MS));
  }
};

const NoKeys = () => (
  <Notice title="Nobody needs a key yet">
    <p>
      From the first one on every request needs one, at every service: this page goes on with the key that is made here,
      registries and pipelines need theirs. The first must have <code>administer</code> for all workspaces, so that
      somebody can make the next.
    </p>
  </Notice>
);

const columns = (again: () => void): readonly Column<KeyView>[] => [
  {
    title: 'Key',
    cell: ({ name, keyId }) => (
      <>
        <strong>{name}</strong> <code className="dim">{keyId}</code>
      </>
    ),
  },
  { title: 'State', cell: ({ state }) => (state === 'in force' ? state : <span className="fault">{state}</span>) },
  {
    title: 'For',
    className: 'reason',
    cell: ({ permissions }) =>
      permissions.map((permission) => (
        <span key={permission} className="chip">
          {permission}
        </span>
      )),
  },
  { title: 'Workspaces', className: 'reason', cell: ({ workspaces }) => workspaces?.join(', ') ?? 'all' },
  { title: 'Ends', className: 'reason', cell: Ends },
  {
    title: 'Last used',
    className: 'reason',
    cell: ({ lastUsedAt }) => (lastUsedAt === null ? <span className="dim">never</span> : <Instant at={lastUsedAt} />),
  },
  {
    title: 'Made',
    className: 'reason',
    cell: ({ createdAt, createdBy }) => (
      <>
        <Instant at={createdAt} />
        {createdBy && ` by ${createdBy.name}`}
      </>
    ),
  },
  { title: 'Change', cell: (key) => key.state !== 'revoked' && <Changes of={key} again={again} /> },
];

const Ends = ({ expiresAt, formerEndsAt, revokedAt, revokedBy }: KeyView) => (
  <>
    {revokedAt !== null ? (
      <>
        revoked <Instant at={revokedAt} />
        {revokedBy && ` by ${revokedBy.name}`}
      </>
    ) : expiresAt === null ? (
      'when revoked'
    ) : (
      <Instant at={expiresAt} />
    )}
    {formerEndsAt !== null && revokedAt === null && (
      <p>
        its former text <Instant at={formerEndsAt} />
      </p>
    )}
  </>
);

/** Hours for which the text of before is taken beside the new one. */
const OVERLAP_HOURS = 24;

const Changes = ({ of: { keyId, name, state }, again }: { readonly of: KeyView; readonly again: () => void }) => (
  <span className="buttons">
    {state === 'in force' && (
      <ConfirmButton
        label="Rotate"
        about={name}
        title={`Give ${name} another text?`}
        deed="Rotate"
        act={async () =>
          tellMade(await postJson<KeyWithText>(`/v1/keys/${keyId}/rotate`, { overlapHours: OVERLAP_HOURS }))
        }
        onDone={again}
      >
        <p>The new text is shown once. The one of now is taken {OVERLAP_HOURS} hours longer.</p>
      </ConfirmButton>
    )}
    <ConfirmButton
      label="Revoke"
      about={name}
      title={`End ${name} for good?`}
      deed="Revoke for good"
      act={() => postJson(`/v1/keys/${keyId}/revoke`)}
      onDone={again}
    >
      <p>Whoever shows it is turned away by every service within a second. This cannot be undone.</p>
    </ConfirmButton>
  </span>
);
