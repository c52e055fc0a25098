import { DecisionPage } from './decision-page.js';
import { FeedsPage } from './feeds-page.js';
import { useLiveDecisions } from './live-decisions.js';
import { PackagePage } from './package-page.js';
import { PackagesPage } from './packages-page.js';
import { PoliciesPage } from './policies-page.js';
import { useRoute, type Route } from './route.js';

export const App = () => {
  const route = useRoute();
  const live = useLiveDecisions();
  return (
    <>
      <header>
        <a className="brand" href="#/">
          weir
        </a>
        <nav aria-label="Pages">
          <a href="#/" aria-current={route.page === 'packages' ? 'page' : undefined}>
            Packages
          </a>
          <a href="#/policies" aria-current={route.page === 'policies' ? 'page' : undefined}>
            Policies
          </a>
          <a href="#/feeds" aria-current={route.page === 'feeds' ? 'page' : undefined}>
            Feeds
          </a>
          <a href="/docs">API</a>
        </nav>
        <span
          className="link-state"
          role="status"
          title={live.connected ? 'New decisions appear by themselves' : 'The connection was lost; trying again'}
        >
          <span className={`shape ${live.connected ? 'shape-available' : 'shape-hidden'}`} aria-hidden="true" />
          {live.connected ? 'live' : 'reconnecting'}
        </span>
      </header>
      <main>{pageOf(route, live.latest)}</main>
    </>
  );
};

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
    case 'feeds':
      return <FeedsPage />;
    default: {
      const unknown: never = route;
      return unknown;
    }
  }
};
