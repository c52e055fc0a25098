import type { KeyWithText } from '@weir/contracts';
import { useSyncExternalStore } from 'react';
import { Code } from './copy-button.js';
import { Notice } from './notice.js';
import { onSession, session } from './session.js';

/** A text that was made here and that nobody can tell again: it stays until it is put away, whatever page is drawn meanwhile. */
let made: KeyWithText | null = null;
const listeners = new Set<() => void>();

export const tellMade = (key: KeyWithText | null): void => {
  made = key;
  for (const listener of listeners) listener();
};

/** Who comes after somebody who signed out is shown nothing of theirs. */
let { key: shownKey } = session();
onSession(({ key }) => {
  if (shownKey !== null && key !== shownKey) tellMade(null);
  shownKey = key;
});

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

/** The text of the key that was made last, shown once. */
export const MadeKey = () => {
  const key = useSyncExternalStore(subscribe, () => made);
  if (key === null) return null;
  return (
    <Notice warns title={`The key ${key.name}, shown this once`}>
      <p>Copy it now to where it is used. Weir keeps its digest alone: whoever loses the text has it rotated.</p>
      <Code what="key" text={key.key} />
      <p>
        <button type="button" className="button" onClick={() => tellMade(null)}>
          I have it
        </button>
      </p>
    </Notice>
  );
};
