import { z } from 'zod';
import { visibleName } from '../visible-name.js';
import { workspaceNameSchema } from '../workspace-name.js';
import { strictObject } from './strict-object.js';

/** What a key may be for. */
export const KEY_PERMISSIONS = [
  'events:send',
  'read',
  'feeds:load',
  'policies:write',
  'policies:activate',
  'operate',
  'administer',
] as const;

const permissionSchema = z.enum(KEY_PERMISSIONS);

const instant = z.iso.datetime({ offset: true, error: 'is no time: write it in UTC, such as 2027-12-31T00:00:00Z' });

/** Who asked for something: the name of the key, and its id; a key of API_KEYS has none. */
export const askedBySchema = z.object({ name: z.string(), keyId: z.string().nullable() });

/** null: not known, nobody was asked for a key. */
export const byField = askedBySchema.nullable().describe('Who asked for it; null: nobody was asked for a key');

export type AskedByView = z.infer<typeof askedBySchema>;

/** Body of POST /v1/keys. */
export const createKeySchema = strictObject({
  name: visibleName(100).describe('Tells the key apart for people, and stands in the log beside what is done with it'),
  permissions: z
    .array(permissionSchema)
    .min(1)
    .refine((all) => new Set(all).size === all.length, 'names a permission twice')
    .describe('All that the key may be used for; none implies another'),
  workspaces: z
    .array(workspaceNameSchema)
    .min(1)
    .max(1000)
    .nullable()
    .default(null)
    .describe('The only workspaces that it sees and changes; null: all, and what belongs to none'),
  expiresAt: instant.nullable().default(null).describe('When it ends by itself; null: never'),
});

/** Body of POST /v1/keys/{keyId}/rotate. */
export const rotateKeySchema = strictObject({
  overlapHours: z
    .number()
    .min(0)
    .max(8760)
    .default(24)
    .describe('Hours for which the former text is taken beside the new one; 0 ends it at once'),
  expiresAt: instant.nullable().optional().describe('When the key ends by itself; as it was unless given'),
});

export const keySchema = z.object({
  keyId: z.string(),
  name: z.string(),
  permissions: z.array(permissionSchema),
  workspaces: z.array(z.string()).nullable().describe('null: all'),
  state: z.enum(['in force', 'expired', 'revoked']),
  createdAt: z.string(),
  createdBy: byField,
  expiresAt: z.string().nullable(),
  rotatedAt: z.string().nullable(),
  formerEndsAt: z
    .string()
    .nullable()
    .describe('Until when the text before the last rotation is taken; null: it is not'),
  revokedAt: z.string().nullable(),
  revokedBy: byField,
  lastUsedAt: z.string().nullable().describe('To the hour; null: never'),
});

/** Answer to POST /v1/keys and to a rotation: the only time that the text is told. */
export const keyWithTextSchema = keySchema.extend({
  key: z.string().describe('The key itself. It is told this once and kept nowhere'),
});

export const keyListSchema = z.object({ keys: z.array(keySchema) });

/** Answer to GET /v1/principal. */
export const principalSchema = z.object({
  name: z.string().nullable().describe('Name of the key; null: nobody is asked for one'),
  keyId: z.string().nullable().describe('null also for a key of API_KEYS'),
  permissions: z.array(permissionSchema).describe('All that it may be used for'),
  workspaces: z.array(z.string()).nullable().describe('The only ones that it sees and changes; null: all'),
});

export type PrincipalView = z.infer<typeof principalSchema>;
export type KeyPermission = (typeof KEY_PERMISSIONS)[number];
export type CreateKeyBody = z.output<typeof createKeySchema>;
export type RotateKeyBody = z.output<typeof rotateKeySchema>;
export type KeyView = z.infer<typeof keySchema>;
export type KeyWithText = z.infer<typeof keyWithTextSchema>;
