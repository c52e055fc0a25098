import type { ReactNode } from 'react';
import type { NoAnswer } from './get-json.js';

interface NoticeProps {
  readonly title: string;
  /** Something waits for a person. */
  readonly warns?: boolean;
  readonly children?: ReactNode;
}

/** Stands where content would be: what is missing, and the next step. */
export const Notice = ({ title, warns = false, children }: NoticeProps) => (
  <section className={warns ? 'notice notice-warns' : 'notice'}>
    <h2>{title}</h2>
    {children}
  </section>
);

/** The answer that was not one. */
export const Failure = ({ error }: { readonly error: NoAnswer }) => (
  <Notice title={error.isPassing ? 'No answer yet' : error.status === 403 ? 'Not with this key' : 'That did not work'}>
    <p>{error.message}</p>
    <p className="dim">{error.isPassing ? 'It is asked again by itself.' : <a href="#/">Show all packages</a>}</p>
  </Notice>
);

/** What stands while the first answer is on its way, or instead of it. */
export const Waiting = ({ error }: { readonly error: NoAnswer | null }) =>
  error ? <Failure error={error} /> : <p className="dim">Asking …</p>;
