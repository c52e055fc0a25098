import type { ReactNode } from 'react';

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
export const Failure = ({ error }: { readonly error: string }) => (
  <Notice title="That did not work">
    <p>{error}</p>
  </Notice>
);
