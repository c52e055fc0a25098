/** Why a request is not taken: the HTTP status, the sentence, and one entry for each wrong field. */
export interface Refusal {
  readonly refused: {
    readonly status: 403 | 413 | 415 | 422;
    readonly detail: string;
    readonly errors: readonly FieldError[];
  };
}

export interface FieldError {
  /** JSON pointer into the body; `/ce-...` names a header. */
  readonly pointer: string;
  readonly detail: string;
}

export const refuse = (
  status: Refusal['refused']['status'],
  detail: string,
  errors: readonly FieldError[] = [],
): Refusal => ({ refused: { status, detail, errors } });

const MOST_ERRORS = 100;

/** A refusal for wrong fields: its sentence is the first of them. */
export const refuseFields = (errors: readonly FieldError[], status: Refusal['refused']['status'] = 422): Refusal => {
  const [first] = errors;
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : '';
  return refuse(
    status,
    first ? `${first.pointer || 'The body'} ${first.detail}${more}. Nothing was taken.` : 'The events are not valid.',
    errors.slice(0, MOST_ERRORS),
  );
};
