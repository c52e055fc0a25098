import { Component, useEffect, type ReactNode } from 'react';
import { Notice } from './notice.js';

/** Names the page in the window's title, its history and its tabs. */
export const useTitle = (title: string): void => {
  useEffect(() => {
    document.title = `${title} · Weir`;
  }, [title]);
};

interface Guarded {
  /** The address: another one is another try. */
  readonly at: string;
  readonly children: ReactNode;
}

interface Boundary {
  readonly fault: Error | null;
  readonly at: string;
}

/** Shows what went wrong instead of nothing at all. React takes no function for this. */
export class FaultBoundary extends Component<Guarded, Boundary> {
  override state: Boundary = { fault: null, at: this.props.at };

  static getDerivedStateFromError(fault: unknown): Partial<Boundary> {
    return { fault: fault instanceof Error ? fault : new Error(String(fault)) };
  }

  static getDerivedStateFromProps({ at }: Guarded, state: Boundary): Partial<Boundary> | null {
    return at === state.at ? null : { fault: null, at };
  }

  override render(): ReactNode {
    return this.state.fault === null ? this.props.children : <Broken fault={this.state.fault} />;
  }
}

const Broken = ({ fault }: { readonly fault: Error }) => {
  useTitle('Fault');
  return (
    <>
      <h1>This page has a fault</h1>
      <Notice warns title="It could not be shown">
        <p>{fault.message}</p>
        <p>
          <a href="#/">Show all packages</a>, or load the page again. What Weir knows is not affected.
        </p>
      </Notice>
    </>
  );
};

/** For addresses that name nothing. */
export const NotFoundPage = ({ address }: { readonly address: string }) => {
  useTitle('Not found');
  return (
    <>
      <h1>There is no such page</h1>
      <Notice title="The address names nothing that the console shows">
        <p>
          <code>{address}</code>
        </p>
        <p>
          <a href="#/">Show all packages</a>
        </p>
      </Notice>
    </>
  );
};
