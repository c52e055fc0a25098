/** RFC 9457 problem document; every refusal over HTTP has this shape, as application/problem+json. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  /** One entry per wrong field: a JSON pointer to it, what is wrong, and the cure. */
  readonly errors?: readonly { readonly pointer: string; readonly detail: string }[];
}
