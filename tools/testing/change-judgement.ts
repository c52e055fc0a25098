type Members = Readonly<Record<string, unknown>>;

export interface Change {
  /** Which member was changed. */
  readonly path: string;
  readonly changed: unknown;
}

/** What a decision says of its outcome; all else it was given. */
const CONCLUDED = ['basis', 'said', 'results', 'desired', 'before', 'memory'];
const CONFIRMED = ['packages'];

/**
 * The data of a judgement's event with one value changed, for each value that follows from judging. Left out is what no
 * replay knows: answers that failed, how often they did, the repository's place and the package of a confirmation.
 */
export const changesOf = (type: string, data: unknown): readonly Change[] => {
  const members = data as Members;
  const names = type === 'DecisionRecorded' ? CONCLUDED : CONFIRMED;
  return names.flatMap((name) =>
    changesIn(members[name], name).map(({ path, changed }) => ({ path, changed: { ...members, [name]: changed } })),
  );
};

const NOT_REPLAYED = new Set(['failures', 'name', 'repository', 'packageKey']);

const changesIn = (value: unknown, path: string): readonly Change[] => {
  if (Array.isArray(value)) return changesInList(value, path);
  if (value !== null && typeof value === 'object') return changesInMembers(value as Members, path);
  return value === undefined ? [] : [{ path, changed: changedScalar(value) }];
};

const changesInList = (values: readonly unknown[], path: string): readonly Change[] => [
  // Which packages were judged again is what the chain proves, and not the replay.
  ...(path === 'packages' ? [] : [{ path: `${path}.length`, changed: [...values, 'added'] }]),
  ...values.flatMap((value, i) =>
    changesIn(value, `${path}[${i}]`).map((change) => ({ ...change, changed: values.with(i, change.changed) })),
  ),
];

const changesInMembers = (members: Members, path: string): readonly Change[] =>
  members['error']
    ? []
    : Object.entries(members).flatMap(([name, value]) =>
        NOT_REPLAYED.has(name)
          ? []
          : changesIn(value, `${path}.${name}`).map((change) => ({
              ...change,
              changed: { ...members, [name]: change.changed },
            })),
      );

const changedScalar = (value: unknown): unknown => {
  if (typeof value === 'boolean') return !value;
  if (typeof value === 'number') return value + 1;
  return typeof value === 'string' ? `${value}x` : 'x';
};
