import { readFileSync } from 'node:fs';
import { ConfigurationFault, describeIssue, pointerOf } from '@weir/service';
import { z } from 'zod';
import type { Endpoint } from './endpoint.js';
import { refusePrivateHost } from './vetted-lookup.js';

const MIN_SECRET_BYTES = 24;
const MAX_SECRET_BYTES = 64;

const isSecret = (secret: string): boolean => {
  const encoded = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(secret)?.[1];
  const bytes = encoded === undefined ? 0 : Buffer.from(encoded, 'base64').byteLength;
  return bytes >= MIN_SECRET_BYTES && bytes <= MAX_SECRET_BYTES;
};

const endpointSchema = z
  .strictObject({
    name: z
      .string()
      .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'must be lower case letters, digits and hyphens')
      .max(64),
    url: z.url({ protocol: /^https?$/, error: 'must be an https URL' }),
    secrets: z
      .array(
        z
          .string()
          .refine(isSecret, `must be whsec_ and ${MIN_SECRET_BYTES} to ${MAX_SECRET_BYTES} random bytes in base64`),
      )
      .min(1, 'must hold one secret, or two while keys are rotated'),
    events: z
      .array(z.enum(['quarantined', 'released', 'hidden', 'deleted', 'tagged']))
      .min(1, 'must name one kind of event, or be left out for all')
      .optional(),
    allowPrivate: z.boolean().default(false),
  })
  .superRefine(({ url, allowPrivate }, context) => {
    const complaint = allowPrivate || !URL.canParse(url) ? null : complaintAbout(new URL(url));
    if (complaint) context.addIssue({ code: 'custom', path: ['url'], message: complaint });
  });

const complaintAbout = (url: URL): string | null => {
  if (url.protocol !== 'https:') return 'must be an https URL, unless "allowPrivate" is true';
  try {
    refusePrivateHost(url);
    return null;
  } catch (fault) {
    return fault instanceof Error ? fault.message : String(fault);
  }
};

const endpointsSchema = z
  .array(endpointSchema)
  .refine(
    (endpoints) => new Set(endpoints.map(({ name }) => name)).size === endpoints.length,
    'must not name two endpoints alike',
  );

/**
 * The endpoints of WEBHOOKS or WEBHOOKS_FILE; none when neither is set.
 * @throws ConfigurationFault that names every wrong field and never shows a secret.
 */
export const readEndpoints = (config: {
  readonly WEBHOOKS?: string | undefined;
  readonly WEBHOOKS_FILE?: string | undefined;
}): readonly Endpoint[] => {
  if (config.WEBHOOKS !== undefined && config.WEBHOOKS_FILE !== undefined)
    throw new ConfigurationFault(['WEBHOOKS and WEBHOOKS_FILE are both set: use one of them.']);
  if (config.WEBHOOKS_FILE !== undefined) return parseEndpoints('WEBHOOKS_FILE', readText(config.WEBHOOKS_FILE));
  return config.WEBHOOKS === undefined ? [] : parseEndpoints('WEBHOOKS', config.WEBHOOKS);
};

const readText = (file: string): string => {
  try {
    return readFileSync(file, 'utf8');
  } catch (fault) {
    throw new ConfigurationFault([
      `WEBHOOKS_FILE cannot be read: ${fault instanceof Error ? fault.message : String(fault)}.`,
    ]);
  }
};

const parseEndpoints = (variable: string, text: string): readonly Endpoint[] => {
  const result = endpointsSchema.safeParse(parseJson(variable, text));
  if (!result.success)
    throw new ConfigurationFault(
      result.error.issues.map((issue) => `${variable}${pointerOf(issue)} ${describeIssue(issue)}.`),
    );
  return result.data.map(({ events, ...endpoint }) => ({ ...endpoint, kinds: events ?? null }));
};

/** The parser's own message is left out: it quotes the text, which holds secrets. */
const parseJson = (variable: string, text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    throw new ConfigurationFault([
      `${variable} is not JSON: write an array such as [{"name":"ops","url":"https://...","secrets":["whsec_..."]}].`,
    ]);
  }
};
