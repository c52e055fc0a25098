/**
 * Another writer moved the shard's head: this one lost its partition and nothing of the append was kept.
 * Reopen the shard and go on from its head, or give the partition up.
 */
export class ShardFenced extends Error {
  override readonly name = 'ShardFenced';
  readonly shard: string;

  constructor(shard: string) {
    super(
      `Another writer has appended to shard ${shard}. Nothing was written; reopen the shard before appending again.`,
    );
    this.shard = shard;
  }
}
