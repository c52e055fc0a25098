import type { UnjudgedPackage, UnjudgedPage as Page } from '@weir/contracts';
import { useEffect, useState } from 'react';
import { useFetched } from './fetched.js';
import { Instant } from './instant.js';
import { Notice, Waiting } from './notice.js';
import { useTitle } from './page-frame.js';
import { packageHref } from './route.js';
import { Table, type Column } from './table.js';

const EVERY_MS = 2_000;

/** What was accepted and has no verdict yet. Nothing tells that something began to wait, so it is asked again while it is shown. */
export const UnjudgedPage = ({ latest }: { readonly latest: string | null }) => {
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setTurn((last) => last + 1), EVERY_MS);
    return () => clearInterval(timer);
  }, []);
  useTitle('Being judged');
  const page = useFetched<Page>('/v1/unjudged?limit=200', `${latest ?? ''} ${turn}`);
  return (
    <>
      <p className="crumb">
        <a href="#/">Packages</a> / accepted and not judged
      </p>
      <h1>Being judged</h1>
      {page.value === null ? <Waiting error={page.error} /> : <Unjudged page={page.value} />}
    </>
  );
};

const Unjudged = ({ page: { packages, nextCursor } }: { readonly page: Page }) =>
  packages.length === 0 ? (
    <Notice title="All that was accepted is judged">
      <p>
        <a href="#/">Show all packages</a>
      </p>
    </Notice>
  ) : (
    <>
      <Table label="Accepted and not judged" columns={COLUMNS} rows={packages} keyOf={keyOf} />
      {nextCursor && <p className="dim">These {packages.length} wait longest; there are more.</p>}
    </>
  );

const keyOf = ({ workspace, repository, purl }: UnjudgedPackage): string => `${workspace}/${repository}/${purl}`;

const COLUMNS: readonly Column<UnjudgedPackage>[] = [
  {
    title: 'Package',
    className: 'wide',
    cell: (one) => (
      <a className="purl" href={packageHref(one)}>
        {one.purl}
      </a>
    ),
  },
  {
    title: 'Repository',
    cell: ({ workspace, repository }) => `${workspace === 'default' ? '' : `${workspace} / `}${repository}`,
  },
  { title: 'Accepted', className: 'when', cell: ({ acceptedAt }) => <Instant at={acceptedAt} /> },
  {
    title: 'Stands',
    className: 'reason',
    cell: ({ refusedAt, refusedBecause }) =>
      refusedAt === null ? 'being judged' : <span className="fault">could not be judged: {refusedBecause}</span>,
  },
];
