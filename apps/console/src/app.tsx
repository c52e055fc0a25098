import { useConnection, type Connection } from './connection.js';
import { DecisionPage } from './decision-page.js';
import { FeedsPage } from './feeds-page.js';
import { Instant } from './instant.js';
import { KeyEntry } from './key-entry.js';
import { KeysPage } from './keys-page.js';
import { PackagePage } from './package-page.js';
import { PackagesPage } from './packages-page.js';
import { FaultBoundary, NotFoundPage } from './page-frame.js';
import { PoliciesPage } from './policies-page.js';
import { PolicyPage } from './policy-page.js';
import { useRoute, type Route } from './route.js';
import { useScrollPlace } from './scroll-place.js';
import { may, useSession } from './session.js';
import { UnjudgedPage } from './unjudged-page.js';
import { WhoAsks } from './who-asks.js';

export const App = () => {
  const { hash, route } = useRoute();
  const connection = useConnection();
  const who = useSession();
  useScrollPlace(hash);
  return (
    <>
      <header>
        <a className="brand" href="#/">
          weir
        </a>
        <nav aria-label="Pages">
          {PAGES.filter(({ page }) => page !== 'keys' || may(who, 'administer', 'all')).map(
            ({ title, href, shows }) => (
              <a key={href} href={href} aria-current={shows.includes(route.page) ? 'page' : undefined}>
                {title}
              </a>
            ),
          )}
          <a href="/docs">API</a>
        </nav>
        {who.wanted === null && <LinkState connection={connection} />}
        <WhoAsks />
      </header>
      <main>
        {connection.lostAt !== null && (
          <p className="outage" role="alert">
            Weir does not answer since <Instant at={connection.lostAt} />. What is shown is of then; it is asked again
            by itself.
          </p>
        )}
        {who.wanted === null ? (
          <FaultBoundary key={who.turn} at={hash}>
            {pageOf(route, connection.latest)}
          </FaultBoundary>
        ) : (
          <KeyEntry why={who.wanted} />
        )}
      </main>
    </>
  );
};

interface NamedPage {
  readonly page: Route['page'];
  readonly title: string;
  readonly href: string;
  readonly shows: readonly Route['page'][];
}

const PAGES: readonly NamedPage[] = [
  { page: 'packages', title: 'Packages', href: '#/', shows: ['packages', 'package', 'decision', 'unjudged'] },
  { page: 'policies', title: 'Policies', href: '#/policies', shows: ['policies', 'policy'] },
  { page: 'feeds', title: 'Feeds', href: '#/feeds', shows: ['feeds'] },
  { page: 'keys', title: 'Keys', href: '#/keys', shows: ['keys'] },
];

const SAID = {
  live: 'live',
  lost: 'reconnecting',
  connecting: 'connecting',
  refused: 'not live',
} as const;

const LinkState = ({ connection: { state, why } }: { readonly connection: Connection }) => (
  <span
    className="link-state"
    role="status"
    title={why ?? (state === 'live' ? 'New decisions appear by themselves' : 'There is no connection; trying again')}
  >
    <span className={`shape ${state === 'live' ? 'shape-available' : 'shape-hidden'}`} aria-hidden="true" />
    {SAID[state]}
  </span>
);

const pageOf = (route: Route, latest: string | null) => {
  switch (route.page) {
    case 'packages':
      return <PackagesPage filter={route.filter} latest={latest} />;
    case 'package':
      return <PackagePage place={route.place} latest={latest} />;
    case 'decision':
      return <DecisionPage id={route.id} />;
    case 'policies':
      return <PoliciesPage />;
    case 'policy':
      return <PolicyPage id={route.id} latest={latest} />;
    case 'feeds':
      return <FeedsPage />;
    case 'keys':
      return <KeysPage />;
    case 'unjudged':
      return <UnjudgedPage latest={latest} />;
    case 'unknown':
      return <NotFoundPage address={route.address} />;
    default: {
      const unknown: never = route;
      return unknown;
    }
  }
};
