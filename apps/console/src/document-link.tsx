import { useState, type MouseEvent } from 'react';
import { messageOf } from './fault-note.js';
import { getBytes } from './get-json.js';
import { session } from './session.js';

interface DocumentLinkProps {
  /** A document of the API. */
  readonly href: string;
  readonly children: string;
}

/** Leads to a document of the API. A link sends no key: who has one gets the same bytes as a file. */
export const DocumentLink = ({ href, children }: DocumentLinkProps) => {
  const [fault, say] = useState<string | null>(null);
  const follow = (event: MouseEvent): void => {
    if (session().key === null) return;
    event.preventDefault();
    getBytes(href).then(
      (bytes) => {
        say(null);
        save(
          bytes,
          `${href
            .split('/')
            .slice(2)
            .join('-')
            .replaceAll(/[^\w.-]/g, '-')}.json`,
        );
      },
      (refused: unknown) => say(messageOf(refused)),
    );
  };
  return (
    <>
      <a href={href} onClick={follow}>
        {children}
      </a>
      {fault !== null && (
        <span className="fault" role="alert">
          {' '}
          {fault}
        </span>
      )}
    </>
  );
};

const save = (bytes: Blob, name: string): void => {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(bytes);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
};
