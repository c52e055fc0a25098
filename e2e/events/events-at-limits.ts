/** Characters of one to four bytes of UTF-8, and a pair of which each half counts for a limit of characters. */
const CHARACTERS = ['a', '\u00e9', '\u4e2d', '\u{1F600}'] as const;

/** Where texts of an event end, as its schema or the package key says. */
const LIMITS: readonly (readonly [field: string, most: number, place: (text: string) => object])[] = [
  ['source', 2_048, (source) => ({ source })],
  ['subject', 2_048, (subject) => ({ subject })],
  ['name', 100, (name) => ({ data: { repository: { name } } })],
  ['team', 100, (team) => ({ data: { repository: { name: 'r', team } } })],
  ['region', 100, (region) => ({ data: { repository: { name: 'r', region } } })],
  ['actor', 200, (actor) => ({ data: { actor } })],
  ['licence', 4_096, (license) => ({ data: { license } })],
  ['filename', 255, (filename) => ({ data: { filename } })],
  ['summary', 255, (summary) => ({ data: { summary } })],
  ['description', 12_288, (description) => ({ data: { description } })],
  ['tag', 255, (tag) => ({ data: { tags: [tag] } })],
  ['dependency', 300, (name) => ({ data: { dependencies: [{ name, requirement: 'a'.repeat(500) }] } })],
  ['requirement', 500, (requirement) => ({ data: { dependencies: [{ name: 'a', requirement }] } })],
];

/** Bytes of workspace/repository/purl, and texts of a purl that its schema takes. */
const KEY_BYTES = 2_000;

const eventOf = (id: string, own: { readonly data?: object }): Record<string, unknown> => ({
  specversion: '1.0',
  id,
  source: '/registry',
  type: 'dev.weir.package.published.v1',
  ...own,
  data: { repository: { name: 'r' }, purl: `pkg:npm/${id}@1.0.0`, ...own.data },
});

/** Texts of `most` characters, one less and one more, of each width. */
const around = (most: number): readonly string[] =>
  CHARACTERS.flatMap((character) =>
    [most - 1, most, most + 1].map((length) => character.repeat(Math.floor(length / character.length))),
  );

/**
 * Events with a text at each limit, one below and one over it: the limits of the schema, the bytes of ids, and of the package
 * key with each split of it between repository and purl; and one with every text as long as it may be.
 */
export const eventsAtLimits = (): readonly Record<string, unknown>[] => {
  const fields = LIMITS.flatMap(([field, most, place]) =>
    around(most).map((text, index) => eventOf(`limit-${field}-${index}`, place(text))),
  );
  const ids = CHARACTERS.flatMap((character, width) =>
    [255, 510]
      .flatMap((most) => [most - 1, most, most + 1])
      .map((bytes) => {
        const start = `limit-id-${width}-${bytes}-`;
        const id =
          start + character.repeat(Math.max(0, Math.floor((bytes - start.length) / Buffer.byteLength(character))));
        return { ...eventOf('x', { data: { purl: `pkg:npm/limit-id-${width}-${bytes}@1.0.0` } }), id };
      }),
  );
  const keys = ['r', 'r'.repeat(100), '\u4e2d'.repeat(100), '\u{1F600}'.repeat(50)].flatMap((name, split) =>
    ['default', 'w'.repeat(63)].flatMap((workspace) =>
      [-1, 0, 1, 30].map((over) => keyOf(`limit-key-${split}-${workspace.length}-${over}`, workspace, name, over)),
    ),
  );
  return [...fields, ...ids, ...keys, longest()];
};

const keyOf = (id: string, workspace: string, name: string, over: number): Record<string, unknown> => {
  const rest = `${workspace}/${name}/pkg:npm/@1.0.0`;
  const length = KEY_BYTES + over - Buffer.byteLength(rest);
  const purl = `pkg:npm/${`${id}-`.padEnd(length, 'a')}@1.0.0`;
  return eventOf(id, { data: { workspace, repository: { name }, purl } });
};

const longest = (): Record<string, unknown> => ({
  ...eventOf('limit-all', {
    data: {
      workspace: 'w'.repeat(63),
      repository: { name: '\u4e2d'.repeat(100), team: '\u4e2d'.repeat(100), region: '\u4e2d'.repeat(100) },
      purl: `pkg:npm/${'a'.repeat(1_600)}@1.0.0`,
      actor: '\u4e2d'.repeat(200),
      license: '\u4e2d'.repeat(4_096),
      filename: '\u4e2d'.repeat(255),
      summary: '\u4e2d'.repeat(255),
      description: '\u4e2d'.repeat(12_288),
      tags: Array.from({ length: 100 }, () => '\u4e2d'.repeat(255)),
      dependencies: Array.from({ length: 50 }, () => ({ name: 'a'.repeat(300), requirement: 'a'.repeat(500) })),
    },
  }),
  source: `/${'s'.repeat(2_047)}`,
});
