import type { KeyPermission } from '@weir/contracts';

/** What each permission is for, in the words of who gives it. */
export const PERMISSIONS_FOR: Readonly<Record<KeyPermission, string>> = {
  read: 'see packages, decisions, policies and feeds',
  'events:send': 'report what happens to packages',
  'feeds:load': 'load feeds, let in what is held back',
  'policies:write': 'write, check and retire policies',
  'policies:activate': 'turn policies on and off',
  operate: 'read the metrics',
  administer: 'make and revoke keys: can give itself the rest',
};

export const PERMISSIONS = Object.keys(PERMISSIONS_FOR) as readonly KeyPermission[];

/** A key as a form has it. */
export interface KeyDraft {
  readonly name: string;
  readonly permissions: readonly KeyPermission[];
  /** Separated by commas; empty: all. */
  readonly workspaces: string;
  /** Empty: it is taken until it is revoked. */
  readonly days: string;
}

/** Nobody needs a key until the first, which must administer, or nobody could make the next. */
export const draftOf = (isFirst: boolean): KeyDraft => ({
  name: '',
  permissions: isFirst ? PERMISSIONS : ['read'],
  workspaces: '',
  days: '',
});

const DAY_MS = 86_400_000;

/** As the API takes it. */
export const bodyOf = ({ name, permissions, workspaces, days }: KeyDraft, now: number) => {
  const names = workspaces.split(',').flatMap((one) => one.trim() || []);
  return {
    name: name.trim(),
    permissions,
    workspaces: names.length === 0 ? null : names,
    expiresAt: days === '' ? null : new Date(now + Number(days) * DAY_MS).toISOString(),
  };
};
