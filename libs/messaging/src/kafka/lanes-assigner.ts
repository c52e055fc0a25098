import type { Cluster, GroupMember, PartitionAssigner } from 'kafkajs';
import { AssignerProtocol } from './mended-kafkajs.js';
import { shareOut, type Member } from './share-out.js';

const NAME = 'weir-lanes';
const VERSION = 1;

/** Partitions of the topic that has most. */
const mostPartitions = (cluster: Cluster, topics: readonly string[]): number =>
  Math.max(0, ...topics.map((topic) => cluster.findTopicPartitionMetadata(topic).length));

/**
 * The assigner of our groups: partition p of every topic goes to the same member, because a partition's lanes have one
 * handler. A member tells what it has in its user data, so that a change moves as few partitions as it can. `partitions`
 * null: as many as the topics have at the moment.
 */
export const lanesAssigner =
  (partitions: number | null, owned: () => readonly number[]): PartitionAssigner =>
  ({ cluster }) => ({
    name: NAME,
    version: VERSION,
    protocol: ({ topics }) => ({
      name: NAME,
      metadata: AssignerProtocol.MemberMetadata.encode({
        version: VERSION,
        topics,
        userData: Buffer.from(JSON.stringify(owned())),
      }),
    }),
    assign: async ({ members, topics }) =>
      [...shareOut(members.map(memberOf), partitions ?? mostPartitions(cluster, topics))].map(([memberId, share]) => ({
        memberId,
        memberAssignment: AssignerProtocol.MemberAssignment.encode({
          version: VERSION,
          userData: Buffer.alloc(0),
          assignment: Object.fromEntries(topics.map((topic) => [topic, [...share]])),
        }),
      })),
  });

const memberOf = ({ memberId, memberMetadata }: GroupMember): Member => ({
  id: memberId,
  has: claimsOf(memberMetadata),
});

/** A member of another version may say something else; it then has nothing to keep. */
const claimsOf = (metadata: Buffer): readonly number[] => {
  try {
    const claims: unknown = JSON.parse(AssignerProtocol.MemberMetadata.decode(metadata)?.userData.toString() ?? '[]');
    return Array.isArray(claims) ? claims.filter((claim): claim is number => Number.isInteger(claim)) : [];
  } catch {
    return [];
  }
};
