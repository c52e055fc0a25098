import { randomBytes } from 'node:crypto';
import { digestOf } from '@weir/postgres';

/** A key as it is given to whoever will use it, once, and what is kept of it. */
export interface KeyText {
  readonly keyId: string;
  /** `weir_<id>_<secret>`: scanners of secrets find it by how it begins, and the id tells which key it is. */
  readonly text: string;
  readonly digest: string;
}

const ID_BYTES = 6;
/** 256 bits of chance, so that a plain SHA-256 keeps them: there is nothing to guess from. */
const SECRET_BYTES = 32;
const FORM = /^weir_([0-9a-f]{12})_[0-9a-f]{64}$/;

/** A text for the key `keyId`, or for a new one. */
export const makeKeyText = (keyId: string = randomBytes(ID_BYTES).toString('hex')): KeyText => {
  const text = `weir_${keyId}_${randomBytes(SECRET_BYTES).toString('hex')}`;
  return { keyId, text, digest: digestOf(text) };
};

/** What a text says it is; null when it is no key of a log. */
export const readKeyText = (text: string): KeyText | null => {
  const [, keyId] = FORM.exec(text) ?? [];
  return keyId === undefined ? null : { keyId, text, digest: digestOf(text) };
};
