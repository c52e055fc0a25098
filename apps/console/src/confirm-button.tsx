import { useEffect, useId, useRef, useState, type ReactNode } from 'react';
import { FaultNote, messageOf } from './fault-note.js';

interface ConfirmButtonProps {
  /** What the button says. */
  readonly label: string;
  /** Names the button for who does not see what it stands beside. */
  readonly about?: string;
  readonly title: string;
  /** What follows, so that nobody has to guess. */
  readonly children: ReactNode;
  /** What the button says that does it. */
  readonly deed: string;
  /** Rejects with what was refused. */
  readonly act: () => Promise<unknown>;
  readonly onDone: () => void;
}

/** A button that asks before it acts. What is refused is said where it was asked for. */
export const ConfirmButton = ({ label, about, title, children, deed, act, onDone }: ConfirmButtonProps) => {
  const [isOpen, open] = useState(false);
  return (
    <>
      <button type="button" className="button" aria-label={about && `${label} ${about}`} onClick={() => open(true)}>
        {label}
      </button>
      {isOpen && (
        <Confirmation title={title} deed={deed} act={act} onDone={onDone} onClose={() => open(false)}>
          {children}
        </Confirmation>
      )}
    </>
  );
};

type ConfirmationProps = Pick<ConfirmButtonProps, 'title' | 'children' | 'deed' | 'act' | 'onDone'> & {
  readonly onClose: () => void;
};

const Confirmation = ({ title, children, deed, act, onDone, onClose }: ConfirmationProps) => {
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useId();
  const [fault, say] = useState<string | null>(null);
  const [isActing, begin] = useState(false);
  useEffect(() => dialog.current?.showModal(), []);
  const confirm = (): void => {
    begin(true);
    act().then(
      () => {
        onClose();
        onDone();
      },
      (refused: unknown) => {
        begin(false);
        say(messageOf(refused));
      },
    );
  };
  return (
    <dialog ref={dialog} aria-labelledby={heading} onClose={onClose}>
      <h2 id={heading}>{title}</h2>
      {children}
      <FaultNote fault={fault} />
      <p className="buttons">
        <button type="button" className="button button-first" disabled={isActing} onClick={confirm}>
          {deed}
        </button>
        <button type="button" className="button" onClick={onClose}>
          Leave it
        </button>
      </p>
    </dialog>
  );
};
