import { z } from 'zod';
import { environmentSchema } from '../package-event.js';
import { inputV1VulnerabilitySchema } from './input-v1-vulnerability.js';

const packageSchema = z.object({
  purl: z.string().describe('Canonical package URL with version.'),
  type: z.string().describe('Package URL type: pypi, npm, maven, golang, cargo, ...'),
  format: z.string().describe('The name that input.v0 gives the type: python, npm, maven, go, cargo, ...'),
  ecosystem: z.string().nullable().describe('OSV ecosystem, null where advisories are not matched.'),
  namespace: z.string().nullable(),
  name: z.string(),
  fullName: z.string().describe('The name as advisories write it: group:artifact, @scope/name, module path.'),
  version: z.string().nullable(),
  digests: z.record(z.string(), z.string()).describe('Hex digests by algorithm: md5, sha1, sha256, sha512.'),
  filename: z.string().nullable(),
  sizeBytes: z.number().nullable(),
  tags: z.array(z.string()),
});

const repository = z.object({
  name: z.string(),
  workspace: z.string(),
  format: z.string(),
  environment: environmentSchema.nullable(),
  team: z.string().nullable(),
  region: z.string().nullable(),
});

const licenceCategory = z.enum([
  'permissive',
  'weak-copyleft',
  'copyleft',
  'network-copyleft',
  'proprietary',
  'public-domain',
  'unknown',
]);

const licence = z.object({
  declared: z.string().nullable().describe('What the package says, as text.'),
  expression: z.string().nullable().describe('SPDX licence expression; null when it cannot be known.'),
  ids: z
    .array(z.string())
    .describe(
      'Every SPDX id that the expression names, sorted. Without an expression: the licences named in the text that ask for more than notice.',
    ),
  category: licenceCategory.describe('The strictest of the categories.'),
  categories: z
    .array(licenceCategory)
    .describe(
      'Of all licences that bind together, mildest first; unknown is among them when one is not known. A choice counts as its mildest side.',
    ),
});

/** A part of what was said of a package that could not be read. */
export const unreadPartSchema = z.object({
  field: z.string().describe('Where in input.v1 the part would stand.'),
  reason: z.string().describe('Why it could not be read, as the end of a sentence about it.'),
});

const dependency = z.object({
  purl: z.string().nullable(),
  name: z.string(),
  requirement: z.string().nullable(),
  direct: z.boolean(),
  path: z.array(z.string()).describe('Names from the package to this dependency, both ends included.'),
});

const scorecard = z.object({
  repository: z.string(),
  score: z.number(),
  date: z.string(),
  checks: z.record(z.string(), z.number().nullable()),
});

const sourceFreshness = z
  .object({ asOf: z.string().nullable(), loadedAt: z.string() })
  .nullable()
  .describe('asOf: the date the source itself states. null: never loaded.');

/** `input.v1.freshness`: how new each feed is at the instant of judging. It is no part of the facts. */
export const freshnessSchema = z.object({
  osv: sourceFreshness.describe(
    "Advisories of the package's own ecosystem; asOf: when the latest was modified. null: none were ever loaded, also of a format that Weir matches no advisories for.",
  ),
  epss: sourceFreshness,
  kev: sourceFreshness,
});

/** `input.v1`: Weir's own document. Everything in it is known or null; arrays are sorted and never absent. */
export const inputV1Schema = z.object({
  package: packageSchema,
  repository,
  licence,
  vulnerabilities: z.array(inputV1VulnerabilitySchema).describe('Sorted by id.'),
  malicious: z.boolean().describe('A malicious-package (MAL-) record names this very version.'),
  publishedAt: z.string().nullable().describe('When the upstream registry published this version.'),
  observedAt: z.string().describe('When this registry first told of the package.'),
  lastDownloadedAt: z.string().nullable(),
  dependencies: z.array(dependency),
  scorecard: scorecard.nullable(),
  unread: z
    .array(unreadPartSchema)
    .describe('What was said of the package and could not be read, sorted by field: the facts are without it.'),
  freshness: freshnessSchema,
});

export type InputV1 = z.infer<typeof inputV1Schema>;
export type Freshness = InputV1['freshness'];
