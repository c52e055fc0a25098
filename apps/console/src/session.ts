import type { KeyPermission, PrincipalView } from '@weir/contracts';
import { useSyncExternalStore } from 'react';

/** Who sits before the page, as far as the server has said. */
export interface Session {
  /** Sent with every request; null: none was given. */
  readonly key: string | null;
  /** Who the server says that asks; null before it said. */
  readonly principal: PrincipalView | null;
  /** Why nothing is shown until a key is given; null: none has to be. */
  readonly wanted: string | null;
  /** The one that is shown, of a key that is bound to several; null: all that the key sees. */
  readonly workspace: string | null;
  /** Counts who sat here: nothing that was asked as another is shown. */
  readonly turn: number;
}

/**
 * Invariant: the key lies in this tab's session storage and nowhere else. It is gone when the tab is closed, no other tab or page
 * reads it, and it is in no address.
 */
const KEY = 'weir.key';
const WORKSPACE = 'weir.workspace';

let now: Session = {
  key: sessionStorage.getItem(KEY),
  principal: null,
  wanted: null,
  workspace: sessionStorage.getItem(WORKSPACE),
  turn: 0,
};
const listeners = new Set<(session: Session) => void>();

const change = (to: Partial<Session>): void => {
  now = { ...now, ...to };
  for (const listener of listeners) listener(now);
};

const store = (name: string, value: string | null): void => {
  if (value === null) sessionStorage.removeItem(name);
  else sessionStorage.setItem(name, value);
};

export const session = (): Session => now;

/** The server said who asks with `key`. */
export const signedIn = (key: string | null, principal: PrincipalView): void => {
  const workspace = shownOf(principal);
  const isSame = now.key === key && now.wanted === null && now.workspace === workspace;
  store(KEY, key);
  store(WORKSPACE, workspace);
  change({ key, principal, wanted: null, workspace, turn: now.turn + (isSame ? 0 : 1) });
};

/** Another's choice of before does not count where the key sees it not. */
const shownOf = ({ workspaces }: PrincipalView): string | null => {
  if (workspaces === null || workspaces.length < 2) return null;
  return workspaces.find((name) => name === now.workspace) ?? workspaces[0] ?? null;
};

/** The server takes `key` not, or asks for one. What was asked with a key of before is no news. */
export const turnedAway = (key: string | null, why: string): void => {
  if (key !== now.key) return;
  store(KEY, null);
  change({ key: null, principal: null, wanted: key === null ? NO_KEY : why, turn: now.turn + 1 });
};

const NO_KEY = 'Nothing is shown here without a key.';

export const signOut = (): void => {
  store(KEY, null);
  change({ key: null, principal: null, wanted: 'Signed out. The key is no longer in this tab.', turn: now.turn + 1 });
};

export const showWorkspace = (workspace: string): void => {
  store(WORKSPACE, workspace);
  change({ workspace, turn: now.turn + 1 });
};

/** Whether a button would be let through. `all`: what belongs to no workspace needs a key that is bound to none. */
export const may = (
  { principal }: Pick<Session, 'principal'>,
  permission: KeyPermission,
  within: 'own' | 'all' = 'own',
): boolean =>
  principal !== null &&
  principal.permissions.includes(permission) &&
  (within === 'own' || principal.workspaces === null);

/** Lists that are of one workspace at a time for a key of several. */
const OF_ONE_WORKSPACE = /^\/v1\/(packages(\/[^/?]+(\/decisions)?)?|summary|decisions|unjudged|stream)(\?|$)/;

/** A question as a key of several workspaces may ask it. */
export const withinWorkspace = (path: string, { workspace }: Pick<Session, 'workspace'> = now): string => {
  if (workspace === null || !OF_ONE_WORKSPACE.test(path) || /[?&]workspace=/.test(path)) return path;
  return `${path}${path.includes('?') ? '&' : '?'}workspace=${encodeURIComponent(workspace)}`;
};

/** Calls `listener` with every change, until what it returns is called. */
export const onSession = (listener: (session: Session) => void): (() => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

export const useSession = (): Session => useSyncExternalStore(onSession, session);
