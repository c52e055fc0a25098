import type { KeyWithText } from '@weir/contracts';
import { useId, useState, type SubmitEvent } from 'react';
import { FaultNote } from './fault-note.js';
import { NoAnswer, postJson } from './get-json.js';
import { bodyOf, draftOf } from './key-draft.js';
import { KeyFields } from './key-fields.js';

interface CreateKeyFormProps {
  /** Nobody needs a key yet. */
  readonly isFirst: boolean;
  readonly onMade: (key: KeyWithText) => void;
}

/** Makes a key; what is refused is said at its field. */
export const CreateKeyForm = ({ isFirst, onMade }: CreateKeyFormProps) => {
  const [draft, setDraft] = useState(draftOf(isFirst));
  const [fault, say] = useState<NoAnswer | null>(null);
  const [isAsking, ask] = useState(false);
  const title = useId();
  const create = (event: SubmitEvent): void => {
    event.preventDefault();
    ask(true);
    postJson<KeyWithText>('/v1/keys', bodyOf(draft, Date.now()))
      .then(
        (key) => {
          say(null);
          setDraft(draftOf(false));
          onMade(key);
        },
        (refused: unknown) => say(refused instanceof NoAnswer ? refused : new NoAnswer(String(refused), 0)),
      )
      .finally(() => ask(false));
  };
  return (
    <form className="form" aria-labelledby={title} onSubmit={create}>
      <h2 id={title}>Make a key</h2>
      <KeyFields
        draft={draft}
        change={(part) => setDraft((was) => ({ ...was, ...part }))}
        faults={fault?.fields ?? []}
      />
      <FaultNote fault={fault?.message ?? null} />
      <button type="submit" className="button button-first" disabled={isAsking}>
        Make the key
      </button>
    </form>
  );
};
