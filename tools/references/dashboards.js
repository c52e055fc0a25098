import { buildDashboard } from '../dashboards/build-dashboard.js';
import { operations } from '../dashboards/operations.js';
import { policyActivity } from '../dashboards/policy-activity.js';
import { security } from '../dashboards/security.js';

const dashboards = { operations, security, 'policy-activity': policyActivity };

/** Grafana's dashboards, from the descriptions in tools/dashboards. */
export const references = () =>
  Object.entries(dashboards).map(([name, dashboard]) => ({
    path: `deploy/grafana/dashboards/${name}.json`,
    text: `${JSON.stringify(buildDashboard(dashboard), null, 2)}\n`,
  }));
