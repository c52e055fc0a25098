import { zstdDecompressSync } from 'node:zlib';
import { verifyLog } from '@weir/event-store';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { playSystem, type PlayedSystem } from '../../../../tools/testing/played-system.js';
import { chanceOf, givenSeed, type Chance } from '../../../../tools/testing/random-cases.js';
import { exitCodeOf } from './exit-code-of.js';
import { verifyLogCommand } from './verify-log.js';

const KINDS = ['facts', 'policy-set', 'wasm', 'rego', 'freshness'] as const;
/** 1,000 by hand: TRIES=1000 npx vitest run --project integration apps/weir/src/commands/damaged-evidence.int.spec.ts */
const TRIES = Number(process.env['TRIES'] ?? 40);

let system: PlayedSystem;
beforeAll(async () => {
  system = await playSystem();
}, 120_000);
afterAll(() => system.drop());

interface Piece {
  readonly digest: string;
  readonly kind: string;
  readonly encoding: string;
  readonly bytes: Buffer | null;
  readonly size: number;
  readonly frame: string | null;
  readonly start: number | null;
}

const COLUMNS = 'digest, kind, encoding, bytes, size, frame::text AS frame, start';
const pieces = async (kind: string): Promise<readonly Piece[]> =>
  (await system.owner.query<Piece>(`SELECT ${COLUMNS} FROM log.evidence WHERE kind = $1 ORDER BY digest`, [kind])).rows;

const restore = async ({ digest, kind, encoding, bytes, size, frame, start }: Piece): Promise<void> => {
  await system.owner.query('DELETE FROM log.evidence WHERE digest = $1', [digest]);
  await system.owner.query(
    'INSERT INTO log.evidence (digest, kind, encoding, bytes, size, frame, start) VALUES ($1, $2, $3, $4, $5, $6, $7)',
    [digest, kind, encoding, bytes, size, frame, start],
  );
};

/** Bytes that unpack to the same are the same evidence. */
const unpacksTheSame = (encoding: string, before: Buffer, after: Buffer): boolean => {
  if (encoding === 'identity') return before.equals(after);
  try {
    return zstdDecompressSync(before).equals(zstdDecompressSync(after));
  } catch {
    return false;
  }
};

const otherByte = (bytes: Buffer, chance: Chance): Buffer => {
  const changed = Buffer.from(bytes);
  const at = chance.below(bytes.length);
  changed[at] = (changed[at] ?? 0) ^ (1 + chance.below(255));
  return changed;
};

type Change = (piece: Piece, others: readonly Piece[], chance: Chance) => Promise<(() => Promise<unknown>) | null>;

const undone = (piece: Piece) => () => restore(piece);

/** What somebody may do to a piece; what takes it back, or null where nothing was changed. */
const CHANGES: Readonly<Record<string, Change>> = {
  deleted: async (piece) => {
    await system.owner.query('DELETE FROM log.evidence WHERE digest = $1', [piece.digest]);
    return undone(piece);
  },
  'one byte changed': async (piece, _, chance) => {
    if (piece.frame !== null) {
      const { rows } = await system.owner.query<{ bytes: Buffer }>(
        'SELECT bytes FROM log.evidence_frame WHERE id = $1',
        [piece.frame],
      );
      const before = rows[0]?.bytes ?? Buffer.alloc(0);
      const set = (bytes: Buffer) =>
        system.owner.query('UPDATE log.evidence_frame SET bytes = $1 WHERE id = $2', [bytes, piece.frame]);
      const after = otherByte(before, chance);
      if (unpacksTheSame('zstd', before, after)) return null;
      // Of a frame that still unpacks only some pieces may be others than before.
      if (!zstdFails(after)) return null;
      await set(after);
      return () => set(before);
    }
    const after = otherByte(piece.bytes ?? Buffer.alloc(1), chance);
    if (unpacksTheSame(piece.encoding, piece.bytes ?? Buffer.alloc(0), after)) return null;
    await system.owner.query('UPDATE log.evidence SET bytes = $1 WHERE digest = $2', [after, piece.digest]);
    return undone(piece);
  },
  renamed: async (piece, _, chance) => {
    const kind = chance.pick([...KINDS.filter((other) => other !== piece.kind), 'other', '']);
    await system.owner.query('UPDATE log.evidence SET kind = $1 WHERE digest = $2', [kind, piece.digest]);
    return undone(piece);
  },
  'exchanged for another piece': async (piece, others, chance) => {
    const other = chance.pick(others.filter(({ digest }) => digest !== piece.digest));
    if (other === undefined) return null;
    await system.owner.query(
      'UPDATE log.evidence SET encoding = $1, bytes = $2, size = $3, frame = $4, start = $5 WHERE digest = $6',
      [other.encoding, other.bytes, other.size, other.frame, other.start, piece.digest],
    );
    return undone(piece);
  },
  'told to be of another size': async (piece, _, chance) => {
    await system.owner.query('UPDATE log.evidence SET size = $1 WHERE digest = $2', [
      piece.size + 1 + chance.below(50),
      piece.digest,
    ]);
    return undone(piece);
  },
};

const zstdFails = (bytes: Buffer): boolean => {
  try {
    zstdDecompressSync(bytes);
    return false;
  } catch {
    return true;
  }
};

/** By SQL over the events alone: which judgements rest on a piece. */
const restingOn = async ({ kind, digest }: Piece): Promise<number> => {
  const judged = `type IN ('DecisionRecorded', 'JudgementsConfirmed')`;
  const setsWith = async (holds: (text: string) => boolean): Promise<readonly string[]> => {
    const store = await system.owner.query<Piece>(`SELECT ${COLUMNS} FROM log.evidence WHERE kind = 'policy-set'`);
    return store.rows.flatMap(({ digest: set, encoding, bytes }) => {
      const text = (encoding === 'zstd' ? zstdDecompressSync(bytes ?? '') : (bytes ?? Buffer.alloc(0))).toString(
        'utf8',
      );
      return holds(text) ? [set] : [];
    });
  };
  const count = async (condition: string, value: unknown): Promise<number> =>
    Number(
      (
        await system.owner.query<{ n: string }>(
          `SELECT count(*) AS n FROM log.event WHERE ${judged} AND ${condition}`,
          [value],
        )
      ).rows[0]?.n,
    );
  const byData = `strpos(data, $1) > 0`;
  if (kind === 'wasm')
    return count(`data::jsonb ->> 'policySetDigest' = ANY ($1)`, await setsWith((text) => text.includes(digest)));
  if (kind !== 'rego') return count(byData, digest);
  const { rows } = await system.owner.query<{ revision: string }>(
    `SELECT data::jsonb ->> 'revisionDigest' AS revision FROM log.event WHERE type = 'PolicyRevised' AND data::jsonb ->> 'regoDigest' = $1`,
    [digest],
  );
  return count(
    `data::jsonb ->> 'policySetDigest' = ANY ($1)`,
    await setsWith((text) => rows.some(({ revision }) => text.includes(revision))),
  );
};

describe('what decisions rest on', () => {
  test('is there in every kind, and whole', async () => {
    for (const kind of KINDS) expect((await pieces(kind)).length, kind).toBeGreaterThan(0);
    expect(await verifyLog(system.pool)).toMatchObject({ valid: true, damaged: [], damagedPieces: 0 });
  });

  test.each(KINDS)('a deleted piece of kind %s is named, with what rests on it', async (kind) => {
    const [piece] = await pieces(kind);
    if (piece === undefined) throw new Error(`no ${kind}`);
    const resting = await restingOn(piece);
    const undo = await CHANGES['deleted']?.(piece, [], chanceOf(1));
    const { valid, damaged } = await verifyLog(system.pool);
    expect({ valid, damaged }).toMatchObject({
      valid: false,
      damaged: [{ digest: piece.digest, kind, what: 'is missing', decisions: resting }],
    });
    const said: string[] = [];
    const output = { stdout: (text: string) => void said.push(text), stderr: () => undefined };
    const options = { databaseUrl: system.database.serviceUrl, json: false };
    expect(await exitCodeOf({ output, json: false }, (watched) => verifyLogCommand(options, watched))).toBe(1);
    expect(said.join('\n')).toContain(`  ${kind} ${piece.digest} is missing: `);
    if (resting > 0) expect(said.join('\n')).toMatch(/judgements? rests? on it, such as evaluation-\d+-\d+/);
    await undo?.();
  });

  const seed = givenSeed();
  test(`whatever is done to any piece is found and named: ${TRIES} times, from seed ${seed}`, async () => {
    console.log(
      `SEED=${seed} TRIES=${TRIES} npx vitest run --project integration apps/weir/src/commands/damaged-evidence.int.spec.ts`,
    );
    const chance = chanceOf(seed);
    const byKind = new Map(await Promise.all(KINDS.map(async (kind) => [kind, await pieces(kind)] as const)));
    const named = new Set(
      (await system.owner.query<{ data: string }>('SELECT data FROM log.event')).rows.flatMap(
        ({ data }) => data.match(/sha256:[0-9a-f]{64}/g) ?? [],
      ),
    );
    for (let done = 0; done < TRIES;) {
      const kind = chance.pick(KINDS);
      const what = chance.pick(Object.keys(CHANGES));
      const piece = chance.pick((byKind.get(kind) ?? []).filter(({ digest }) => kind === 'wasm' || named.has(digest)));
      const undo = await CHANGES[what]?.(piece, byKind.get(kind) ?? [], chance);
      if (undo === null || undo === undefined) continue;
      done += 1;
      const { valid, damaged } = await verifyLog(system.pool);
      expect({ what, kind, valid, found: damaged.some(({ digest }) => digest === piece.digest) }).toEqual({
        what,
        kind,
        valid: false,
        found: true,
      });
      expect(damaged.find(({ digest }) => digest === piece.digest)?.kind, what).toBe(kind);
      await undo();
    }
    expect(await verifyLog(system.pool)).toMatchObject({ valid: true, damaged: [] });
  }, 1_800_000);
});

test('the next start goes on with a module that was changed: it is compiled again, and that is said', async () => {
  const all = await pieces('wasm');
  for (const { digest } of all)
    await system.owner.query(
      'UPDATE log.evidence SET bytes = set_byte(bytes, 100, get_byte(bytes, 100) # 255) WHERE digest = $1',
      [digest],
    );
  const logged: string[] = [];
  const weir = await system.start(pino({ level: 'warn' }, { write: (line: string) => void logged.push(line) }));
  try {
    expect(logged.join('\n')).toContain('was made again with the same bytes');
    const ready = await fetch(`${weir.url}/ready`);
    expect({ status: ready.status, body: await ready.json() }).toEqual({ status: 200, body: { status: 'ready' } });
    expect(await (await fetch(`${weir.url}/metrics`)).text()).not.toMatch(/^weir_policy_sets_damaged\{[^}]*\} 1/m);
  } finally {
    await weir.close();
    for (const piece of all) await restore(piece);
  }
}, 120_000);

test('where it cannot be made again the start goes on all the same, every policy fails by its mode, and that is said everywhere', async () => {
  const damaged = [...(await pieces('wasm')), ...(await pieces('rego'))];
  for (const { digest } of damaged) await system.owner.query('DELETE FROM log.evidence WHERE digest = $1', [digest]);
  const logged: string[] = [];
  const weir = await system.start(pino({ level: 'warn' }, { write: (line: string) => void logged.push(line) }));
  try {
    expect(logged.join('\n')).toMatch(
      /The policy module sha256:\w+ is missing from the evidence.*every policy of the workspace fails/,
    );
    const ready = await fetch(`${weir.url}/ready`);
    expect({ status: ready.status, body: await ready.json() }).toMatchObject({
      status: 200,
      body: {
        status: 'ready',
        impaired: [
          { name: 'evaluation', detail: expect.stringContaining('workspace default: The policy module') as string },
        ],
      },
    });
    expect(await (await fetch(`${weir.url}/metrics`)).text()).toMatch(
      /^weir_policy_sets_damaged\{[^}]*workspace="default"[^}]*\} 1/m,
    );
  } finally {
    await weir.close();
    for (const piece of damaged) await restore(piece);
  }
  expect(await verifyLog(system.pool)).toMatchObject({ valid: true });
}, 120_000);
