// Grafana's JSON from a short description: panels in rows of 24 columns, each with a link to the traces behind it.
const PROMETHEUS = { type: 'prometheus', uid: 'prometheus' };
const TEMPO = { type: 'tempo', uid: 'tempo' };
const LOKI = { type: 'loki', uid: 'loki' };
const WIDTHS = { stat: 6, timeseries: 12, bargauge: 12, logs: 24 };
const HEIGHTS = { stat: 5, timeseries: 8, bargauge: 8, logs: 10 };

const WORKSPACE = {
  name: 'workspace',
  label: 'Workspace',
  type: 'query',
  datasource: PROMETHEUS,
  query: { query: 'label_values(weir_decisions_total, workspace)', refId: 'workspace' },
  includeAll: true,
  multi: true,
  allValue: '.*',
  current: { text: 'All', value: '$__all' },
  refresh: 2,
};

/** Explore with a TraceQL query over the time shown; Grafana fills in `${__from}` and `${__to}`. */
const exploreTraces = (query) => {
  const pane = {
    datasource: TEMPO.uid,
    queries: [{ refId: 'A', datasource: TEMPO, queryType: 'traceql', query }],
    range: { from: '${__from}', to: '${__to}' },
  };
  const encoded = encodeURIComponent(JSON.stringify({ traces: pane }))
    .replaceAll('%24%7B__from%7D', '${__from}')
    .replaceAll('%24%7B__to%7D', '${__to}');
  return `/explore?schemaVersion=1&orgId=1&panes=${encoded}`;
};

const traceLink = (query) => ({ title: 'Traces behind this', url: exploreTraces(query), targetBlank: true });

const optionsOf = (kind) => {
  if (kind === 'stat') return { colorMode: 'none', graphMode: 'area', reduceOptions: { calcs: ['lastNotNull'] } };
  if (kind === 'bargauge')
    return { orientation: 'horizontal', displayMode: 'basic', reduceOptions: { calcs: ['lastNotNull'] } };
  return { legend: { displayMode: 'list', placement: 'bottom' }, tooltip: { mode: 'multi', sort: 'desc' } };
};

const thresholdsOf = (warnAbove) => ({
  mode: 'absolute',
  steps: [{ color: 'text', value: null }, ...(warnAbove === undefined ? [] : [{ color: 'orange', value: warnAbove }])],
});

const panelOf = ({ title, help, kind = 'timeseries', unit = 'short', queries, traces, warnAbove }, id, gridPos) => ({
  id,
  title,
  description: help,
  type: kind,
  datasource: PROMETHEUS,
  gridPos,
  targets: Object.entries(queries).map(([legend, expr], i) => ({
    refId: String.fromCharCode(65 + i),
    datasource: PROMETHEUS,
    expr,
    legendFormat: legend,
    instant: kind === 'bargauge',
    range: kind !== 'bargauge',
  })),
  fieldConfig: {
    defaults: { unit, min: 0, thresholds: thresholdsOf(warnAbove), links: [traceLink(traces)] },
    overrides: [],
  },
  options: optionsOf(kind),
  links: [traceLink(traces)],
});

const logsPanel = (title, expr, id, gridPos) => ({
  id,
  title,
  description: 'Lines that name a trace link to it.',
  type: 'logs',
  datasource: LOKI,
  gridPos,
  targets: [{ refId: 'A', datasource: LOKI, expr }],
  options: { showTime: true, wrapLogMessage: true, sortOrder: 'Descending' },
});

/** Panels fill rows from the left; a heading begins a new one. */
const layOut = (sections, logs) => {
  const panels = [];
  let y = 0;
  const nextId = () => panels.length + 1;
  for (const { heading, panels: described } of sections) {
    panels.push({
      id: nextId(),
      type: 'row',
      title: heading,
      collapsed: false,
      panels: [],
      gridPos: { x: 0, y, w: 24, h: 1 },
    });
    y += 1;
    let x = 0;
    let height = 0;
    for (const panel of described) {
      const w = WIDTHS[panel.kind ?? 'timeseries'];
      const h = HEIGHTS[panel.kind ?? 'timeseries'];
      if (x + w > 24) {
        x = 0;
        y += height;
        height = 0;
      }
      panels.push(panelOf(panel, nextId(), { x, y, w, h }));
      x += w;
      height = Math.max(height, h);
    }
    y += height;
  }
  if (logs) panels.push(logsPanel(logs.title, logs.expr, nextId(), { x: 0, y, w: WIDTHS.logs, h: HEIGHTS.logs }));
  return panels;
};

/** A dashboard as Grafana's provisioning reads it. */
export const buildDashboard = ({ uid, title, description, sections, logs }) => ({
  uid,
  title,
  description,
  tags: ['weir'],
  schemaVersion: 41,
  version: 1,
  editable: false,
  refresh: '30s',
  time: { from: 'now-3h', to: 'now' },
  timezone: 'utc',
  templating: { list: [WORKSPACE] },
  links: [{ title: 'Weir', type: 'dashboards', tags: ['weir'], asDropdown: false, includeVars: true, keepTime: true }],
  panels: layOut(sections, logs),
});
