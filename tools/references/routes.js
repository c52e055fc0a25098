import { readFileSync } from 'node:fs';
import { ROUTES } from '../../libs/contracts/dist/index.js';

const GATEWAY = 'deploy/gateway/Caddyfile';
const INGRESS = 'deploy/helm/weir/templates/ingress.yaml';

/** What is the API's besides its own routes: its pages. An ingress names them; the gateway hands it all that is nobody else's. */
const PAGES = [
  ['/docs', 'Prefix'],
  ['/assets', 'Prefix'],
  ['/', 'Exact'],
];

const own = ROUTES.filter(({ service }) => service !== 'api');

const gateway = () => {
  const matchers = own.map(({ prefix, service }) => `\t@${service} path ${prefix} ${prefix}/*`);
  const handlers = own.map(({ service }) => `\treverse_proxy @${service} ${service}:8080`);
  const text = readFileSync(GATEWAY, 'utf8');
  const kept = text.split('\n').filter((line) => !/^\t(@(?!inside)\S+ path|reverse_proxy @)/.test(line));
  const at = (line) => kept.indexOf(line);
  kept.splice(at('\treverse_proxy api:8080'), 0, ...handlers);
  kept.splice(at(':8080 {') + 1, 0, ...matchers);
  return kept.join('\n');
};

const ingress = () => {
  const paths = [
    ...ROUTES.map(({ prefix, service }) => [prefix, 'Prefix', service]),
    ...PAGES.map((page) => [...page, 'api']),
  ];
  const list = paths.map((path) => `(list ${path.map((text) => JSON.stringify(text)).join(' ')})`).join(' ');
  return readFileSync(INGRESS, 'utf8').replace(/\{\{- range list .*\}\}/, `{{- range list ${list} }}`);
};

/** The two files that hand a path to the service that owns it, with the paths of `ROUTES` in them. */
export const references = () => [
  { path: GATEWAY, text: gateway() },
  { path: INGRESS, text: ingress() },
];
