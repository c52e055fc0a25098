import { readFileSync } from 'node:fs';
import type { ForeignTopic } from '@weir/messaging';
import { ConfigurationFault, describeIssue, pointerOf } from '@weir/service';
import { parse } from 'yaml';
import { z } from 'zod';
import { mappingSchema, type Mapping } from './mapping.js';

const name = z
  .string()
  .regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/, 'must be lower-case letters, digits and dashes')
  .max(64);
const broker = z.string().regex(/^[^\s,:/]+:\d{1,5}$/, 'must be host:port');

const saslSchema = z.strictObject({
  mechanism: z.enum(['plain', 'scram-sha-256', 'scram-sha-512']),
  username: z.string().min(1),
  passwordFile: z.string().min(1).describe('File that holds the password, so that it stands in no configuration'),
});

const upstreamSchema = z
  .strictObject({
    name: name.describe('What this upstream is called in logs, metrics and dead letters'),
    brokers: z.array(broker).min(1).describe('Some of its brokers, each as host:port'),
    topic: z.string().regex(/^[A-Za-z0-9._-]{1,249}$/, 'must be the name of a Kafka topic'),
    group: z
      .string()
      .min(1)
      .max(255)
      .optional()
      .describe('Consumer group; TOPIC_PREFIX, weir-ingest- and the name unless told'),
    from: z.enum(['earliest', 'latest']).default('earliest').describe('Where a group begins that has read nothing yet'),
    tls: z
      .union([z.boolean(), z.strictObject({ caFile: z.string().min(1).describe('PEM of the authority to trust') })])
      .default(false),
    sasl: saslSchema.optional(),
    otherTypes: z
      .enum(['refuse', 'ignore'])
      .default('refuse')
      .describe('What becomes of events whose type is not known: a dead letter, or nothing'),
    format: z
      .enum(['cloudevents', 'mapping'])
      .describe("cloudevents: Weir's own event types; mapping: anything in JSON"),
    mapping: mappingSchema.optional(),
  })
  .superRefine(({ format, mapping }, context) => {
    if (format === 'mapping' && mapping === undefined)
      context.addIssue({
        code: 'custom',
        path: ['mapping'],
        message: 'is required with format mapping: say how its messages become events',
      });
    if (format === 'cloudevents' && mapping !== undefined)
      context.addIssue({
        code: 'custom',
        path: ['mapping'],
        message: 'has no use with format cloudevents: remove it, or set format to mapping',
      });
  });

/** The file that UPSTREAM_FILE names. */
export const upstreamsSchema = z.array(upstreamSchema).superRefine((upstreams, context) => {
  refuseTwice(
    upstreams.map((upstream) => upstream.name),
    'name',
    context,
  );
  refuseTwice(
    upstreams.map((upstream) => groupOf(upstream, '')),
    'group',
    context,
  );
});

const refuseTwice = (values: readonly string[], field: string, context: z.RefinementCtx): void => {
  for (const [index, value] of values.entries()) {
    if (values.indexOf(value) !== index)
      context.addIssue({
        code: 'custom',
        path: [index, field],
        message: `is ${JSON.stringify(value)} of another upstream as well: each needs its own`,
      });
  }
};

const groupOf = (upstream: { readonly name: string; readonly group?: string | undefined }, prefix: string): string =>
  upstream.group ?? `${prefix}weir-ingest-${upstream.name}`;

/** An upstream as ingest follows it. */
export interface Upstream extends ForeignTopic {
  readonly otherTypes: 'refuse' | 'ignore';
  /** null: its messages are events of ours. */
  readonly mapping: Mapping | null;
}

/**
 * The upstreams of UPSTREAM_FILE; none when it is not set. `prefix` begins the groups that the file does not name: two
 * environments that read one topic each read all of it.
 * @throws ConfigurationFault that names every wrong field.
 */
export const readUpstreams = (file: string | undefined, prefix = ''): readonly Upstream[] => {
  if (file === undefined) return [];
  const read = upstreamsSchema.safeParse(parseYaml(file, readText('UPSTREAM_FILE', file)));
  if (!read.success)
    throw new ConfigurationFault(
      read.error.issues.map(
        (issue) => `UPSTREAM_FILE (${file}): ${pointerOf(issue) || 'the whole'} ${describeIssue(issue)}.`,
      ),
    );
  return read.data.map((one, index) => ({
    name: one.name,
    brokers: one.brokers,
    topic: one.topic,
    group: groupOf(one, prefix),
    from: one.from,
    access: accessOf(one, `UPSTREAM_FILE (${file}): /${index}`),
    otherTypes: one.otherTypes,
    mapping: one.mapping ?? null,
  }));
};

const accessOf = ({ tls, sasl }: z.output<typeof upstreamSchema>, where: string): ForeignTopic['access'] => ({
  ...(tls === false ? {} : { tls: tls === true ? {} : { ca: readText(`${where}/tls/caFile`, tls.caFile) } }),
  ...(sasl === undefined
    ? {}
    : {
        sasl: {
          mechanism: sasl.mechanism,
          username: sasl.username,
          password: readText(`${where}/sasl/passwordFile`, sasl.passwordFile).replace(/\r?\n$/, ''),
        },
      }),
});

const readText = (what: string, file: string): string => {
  try {
    return readFileSync(file, 'utf8');
  } catch (fault) {
    throw new ConfigurationFault([
      `${what} cannot be read: ${fault instanceof Error ? fault.message : String(fault)}.`,
    ]);
  }
};

const parseYaml = (file: string, text: string): unknown => {
  try {
    return parse(text);
  } catch (fault) {
    throw new ConfigurationFault([
      `UPSTREAM_FILE (${file}) is no YAML: ${fault instanceof Error ? (fault.message.split('\n')[0] ?? '') : String(fault)}.`,
    ]);
  }
};
