import type { ReactNode } from 'react';

/** Stands where content would be: what is missing, and the next step. */
export const Notice = ({ title, children }: { readonly title: string; readonly children?: ReactNode }) => (
  <section className="notice">
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
