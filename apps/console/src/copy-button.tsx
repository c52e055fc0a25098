import { useEffect, useState } from 'react';

const SAID_FOR_MS = 2_000;

/** Copies a text: a package URL, a digest, a command. `what` names it for who does not see it. */
export const CopyButton = ({ text, what }: { readonly text: string; readonly what: string }) => {
  const [said, say] = useState<'copied' | 'not copied' | null>(null);
  useEffect(() => {
    if (said === null) return;
    const timer = setTimeout(() => say(null), SAID_FOR_MS);
    return () => clearTimeout(timer);
  }, [said]);
  return (
    <button
      type="button"
      className="copy"
      aria-label={`Copy ${what}`}
      onClick={() => void copy(text).then((isCopied) => say(isCopied ? 'copied' : 'not copied'))}
    >
      <span role="status">{said ?? 'copy'}</span>
    </button>
  );
};

/** Pages that did not come by https or from this machine have no clipboard: there the text is shown to be copied by hand. */
const copy = async (text: string): Promise<boolean> => {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return window.prompt('Copy this:', text) !== null;
  }
};

/** Text that is copied more often than read: it can be scrolled to by key, and copied at once. */
export const Code = ({
  text,
  what,
  className = '',
}: {
  readonly text: string;
  readonly what: string;
  readonly className?: string;
}) => (
  <div className="code">
    <CopyButton text={text} what={what} />
    <pre className={className} tabIndex={0} role="region" aria-label={what}>
      {text}
    </pre>
  </div>
);
