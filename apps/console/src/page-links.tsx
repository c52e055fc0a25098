import type { PackagePage } from '@weir/contracts';
import { narrowed, packagesHref, type PackageFilter } from './route.js';

/** Packages on one page. */
export const PAGE_SIZE = 100;

interface PageLinksProps {
  readonly page: PackagePage;
  readonly filter: PackageFilter;
  readonly label: string;
}

/** Where in the list the page is, and the ways to the others. */
export const PageLinks = ({ page, filter, label }: PageLinksProps) => {
  const { packages, nextCursor, previousCursor, total } = page;
  const from = Number(filter.from || '1');
  const to = from + packages.length - 1;
  const at = (cursor: string, first: number): string =>
    first <= 1 ? narrowed(filter, {}) : packagesHref({ ...filter, cursor, from: String(first) });
  const isAlone = nextCursor === null && previousCursor === null;
  return (
    <nav className="pages" aria-label={label}>
      <span>
        {isAlone
          ? `${packages.length.toLocaleString()} ${packages.length === 1 ? 'package' : 'packages'}`
          : `${from.toLocaleString()}–${to.toLocaleString()} of ${(total ?? to).toLocaleString()} packages`}
      </span>
      {!isAlone && (
        <>
          <Way href={previousCursor && narrowed(filter, {})}>First</Way>
          <Way href={previousCursor && at(previousCursor, from - PAGE_SIZE)} rel="prev">
            Previous
          </Way>
          <Way href={nextCursor && at(nextCursor, to + 1)} rel="next">
            Next
          </Way>
          <Way href={nextCursor && at('last', Math.max(2, (total ?? 0) - PAGE_SIZE + 1))}>Last</Way>
        </>
      )}
    </nav>
  );
};

const Way = ({
  href,
  rel,
  children,
}: {
  readonly href: string | null;
  readonly rel?: string;
  readonly children: string;
}) =>
  href === null ? (
    <span className="dim" aria-disabled="true">
      {children}
    </span>
  ) : (
    <a href={href} rel={rel}>
      {children}
    </a>
  );
