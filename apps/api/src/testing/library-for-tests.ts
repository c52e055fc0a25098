import { digestOf } from '@weir/postgres';
import type { PolicyLibrary, PolicyTemplate } from '../policy-library/policy-library.js';

const EPSS = `package cloudsmith

default match := false

match if {
  some vulnerability in input.v0.vulnerabilities
  vulnerability.epss.score >= data.parameters.threshold
}
`;
const GPL = `package cloudsmith

default match := false

match if startswith(input.v0.license, "GPL-")
`;

const template = (name: string, rego: string, more: Partial<PolicyTemplate>): PolicyTemplate => ({
  name,
  title: name,
  description: `What ${name} does.`,
  kind: 'vulnerability',
  rego,
  regoDigest: digestOf(rego),
  parameters: {},
  scope: {},
  precedence: 300,
  terminal: false,
  actions: [{ type: 'SetPackageState', state: 'quarantined' }],
  onError: 'closed',
  ...more,
});

const thresholdSchema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    threshold: {
      type: 'number',
      minimum: 0,
      maximum: 1,
      default: 0.2,
      description: 'The score from which a vulnerability counts',
    },
  },
};

export const epssTemplate = template('epss-over-threshold', EPSS, {
  title: 'EPSS at or over a threshold',
  parameters: { threshold: 0.2 },
  parametersSchema: thresholdSchema,
  actions: [
    { type: 'SetPackageState', state: 'quarantined' },
    { type: 'AddPackageTags', tags: ['exceeded-epss'] },
  ],
});
export const gplTemplate = template('gpl-anywhere', GPL, { title: 'GPL anywhere', kind: 'licence', precedence: 400 });

const slot = (name: string, inputPaths: readonly string[]) => ({
  slot: name,
  entrypoint: `${name}/answer`,
  reads: { inputPaths, clock: false, builtins: [] },
});
const wasm = Buffer.from('the library, compiled');

/** Two policies, the first with room for two. The API hands the module on and never runs it, so any bytes do. */
export const libraryForTests: PolicyLibrary = {
  templates: [epssTemplate, gplTemplate],
  module: {
    digest: digestOf(wasm),
    wasm,
    slots: {
      [epssTemplate.regoDigest]: [
        slot('epss_1', ['v0.vulnerabilities.epss.score']),
        slot('epss_2', ['v0.vulnerabilities.epss.score']),
      ],
      [gplTemplate.regoDigest]: [slot('gpl_1', ['v0.license'])],
    },
  },
};
