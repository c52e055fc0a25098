/** What is known of the shape of a piece of `input`. */
export type Shape =
  | { readonly kind: 'any' }
  | { readonly kind: 'scalar' }
  | { readonly kind: 'list'; readonly of: Shape }
  | { readonly kind: 'map'; readonly of: Shape }
  | { readonly kind: 'record'; readonly members: Readonly<Record<string, Shape>> };

export const anything: Shape = { kind: 'any' };
export const scalar: Shape = { kind: 'scalar' };
export const list = (of: Shape): Shape => ({ kind: 'list', of });
export const map = (of: Shape): Shape => ({ kind: 'map', of });

/** Scalar members by name, then members with a shape of their own. */
export const record = (scalars: string, members: Readonly<Record<string, Shape>> = {}): Shape => ({
  kind: 'record',
  members: {
    ...Object.fromEntries(
      scalars
        .split(' ')
        .filter(Boolean)
        .map((name) => [name, scalar]),
    ),
    ...members,
  },
});

/** `shape` with what `more` says besides; where both speak of one place and differ, `more` is right. */
export const extended = (shape: Shape, more: Shape): Shape => {
  if (shape.kind === 'list' && more.kind === 'list') return list(extended(shape.of, more.of));
  if (shape.kind === 'map' && more.kind === 'map') return map(extended(shape.of, more.of));
  if (shape.kind !== 'record' || more.kind !== 'record') return more;
  const members = { ...shape.members };
  for (const [name, own] of Object.entries(more.members)) {
    const known = Object.hasOwn(members, name) ? members[name] : undefined;
    members[name] = known ? extended(known, own) : own;
  }
  return { kind: 'record', members };
};

/** The shape of a named member; undefined when the documentation has none of this name. */
export const memberShape = (shape: Shape, name: string): Shape | undefined => {
  if (shape.kind === 'map') return shape.of;
  if (shape.kind === 'any') return anything;
  return shape.kind === 'record' && Object.hasOwn(shape.members, name) ? shape.members[name] : undefined;
};

/** The shape of what stands in a list. */
export const elementShape = (shape: Shape): Shape => (shape.kind === 'list' ? shape.of : anything);
