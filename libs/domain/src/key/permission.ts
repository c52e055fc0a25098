/** What a key may be for. None implies another; who may administer can give themselves the rest. */
export const PERMISSIONS = [
  'events:send',
  'read',
  'feeds:load',
  'policies:write',
  'policies:activate',
  'operate',
  'administer',
] as const;

export type Permission = (typeof PERMISSIONS)[number];
