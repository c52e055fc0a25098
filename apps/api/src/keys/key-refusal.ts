import type { KeyRefusal } from '@weir/domain';
import { problem, ProblemError } from '@weir/service';

const ANSWERS: Readonly<
  Record<KeyRefusal['refused'], { readonly status: number; readonly pointer?: string; readonly cure: string }>
> = {
  name_taken: { status: 409, pointer: '/name', cure: 'Choose another name, or rotate that key.' },
  id_taken: { status: 409, cure: 'Send the request again.' },
  no_such_key: { status: 404, cure: 'GET /v1/keys lists those that exist.' },
  revoked: { status: 409, cure: 'That is for good: make a new key, which may have the same name.' },
  ends_in_past: { status: 422, pointer: '/expiresAt', cure: 'Give a time to come, or null.' },
  nobody_administers: {
    status: 409,
    pointer: '/permissions',
    cure: 'Make a key with administer first.',
  },
};

/** Answers what was granted, or throws the problem that the refusal is. */
export const granted = <T extends object>(outcome: T | KeyRefusal): T => {
  if (!('refused' in outcome)) return outcome;
  const { status, pointer, cure } = ANSWERS[outcome.refused];
  throw new ProblemError(
    problem(
      status,
      `${outcome.message} ${cure}`,
      pointer === undefined ? undefined : [{ pointer, detail: outcome.message }],
    ),
  );
};
