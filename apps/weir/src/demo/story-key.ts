import { randomBytes } from 'node:crypto';
import { PERMISSIONS, type Principal } from '@weir/domain';
import { environmentKeys, type KeyRing } from '@weir/service';

/** A key of this process alone, by which it asks itself while it tells a story. */
export interface StoryKey {
  readonly text: string;
  /** The same keys and this one, until `forget` is called. Whether a key is asked for does not change. */
  besides<Ring extends KeyRing>(ring: Ring): Ring;
  forget(): void;
}

/** Invariant: it stands nowhere but in this process's memory, and opens nothing once it is forgotten. */
export const storyKey = (name: string): StoryKey => {
  const text = randomBytes(32).toString('hex');
  const own = environmentKeys([text]);
  const teller: Principal = { name, keyId: null, permissions: PERMISSIONS, workspaces: null };
  let isKnown = true;
  return {
    text,
    besides: (ring) => ({
      ...ring,
      find: (key) => (isKnown && !('refused' in own.find(key)) ? teller : ring.find(key)),
    }),
    forget: () => {
      isKnown = false;
    },
  };
};
