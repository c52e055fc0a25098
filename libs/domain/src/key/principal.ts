import { PERMISSIONS, type Permission } from './permission.js';

/** Who asks. */
export interface Principal {
  /** As people know them; null: nobody showed a key, and none was asked for. */
  readonly name: string | null;
  /** The key they showed; null for nobody, and for a key of the environment, which has no id. */
  readonly keyId: string | null;
  readonly permissions: readonly Permission[];
  /** The only ones that it sees and changes; null: all, and what belongs to none. */
  readonly workspaces: readonly string[] | null;
}

/** Whoever asks where no key is asked for. */
export const ANYONE: Principal = { name: null, keyId: null, permissions: PERMISSIONS, workspaces: null };

/** How an event says who asked for what happened. */
export interface AskedBy {
  /** Name of who asked; null: not known, no key was asked for. */
  readonly actor: string | null;
  /** Id of the key that was shown; absent when there was none, or it was of the environment. */
  readonly actorKey?: string;
}

export const askedBy = ({ name, keyId }: Pick<Principal, 'name' | 'keyId'>): AskedBy => ({
  actor: name,
  ...(keyId !== null && { actorKey: keyId }),
});
