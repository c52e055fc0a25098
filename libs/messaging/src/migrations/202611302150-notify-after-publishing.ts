import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Whoever publishes tells the others when it is committed. While the function told them, PostgreSQL let publishers commit one
 * after the other only, each waiting for its own write to the disk (docs/adr/0189).
 */
export class NotifyAfterPublishing1796075400000 implements MigrationInterface {
  readonly name = 'NotifyAfterPublishing1796075400000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(publishing(''));
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(publishing(TELLING));
  }
}

const TELLING = `
    PERFORM pg_notify('weir_topic', (SELECT string_agg(DISTINCT i.partition::text, ',') FROM unnest(partitions) AS i (partition)));`;

/** The function as it was made first, but for what it tells at its end. */
const publishing = (told: string): string => `
  CREATE OR REPLACE FUNCTION topic.publish(topics text[], partitions integer[], keys text[], headers jsonb[], starts integer[], lengths integer[], bodies bytea)
  RETURNS void LANGUAGE plpgsql AS $$
  DECLARE
    inserted integer;
  BEGIN
    PERFORM FROM topic.partition_head h
      WHERE (h.topic, h.partition) IN (SELECT * FROM unnest(topics, partitions))
      ORDER BY h.topic, h.partition FOR UPDATE;
    INSERT INTO topic.message (topic, partition, "offset", key, headers, value, published_at)
      SELECT i.topic, i.partition, h.next_offset + row_number() OVER (PARTITION BY i.topic, i.partition ORDER BY i.ordinal) - 1,
        i.key, i.headers, substring(bodies FROM i.start + 1 FOR i.length), clock_timestamp()
      FROM unnest(topics, partitions, keys, headers, starts, lengths) WITH ORDINALITY AS i (topic, partition, key, headers, start, length, ordinal)
      JOIN topic.partition_head h ON h.topic = i.topic AND h.partition = i.partition;
    GET DIAGNOSTICS inserted = ROW_COUNT;
    IF inserted <> cardinality(topics) THEN
      RAISE EXCEPTION 'a partition to publish to has no head' USING ERRCODE = 'foreign_key_violation';
    END IF;
    UPDATE topic.partition_head h SET next_offset = h.next_offset + n.messages
      FROM (SELECT i.topic, i.partition, count(*) AS messages FROM unnest(topics, partitions) AS i (topic, partition) GROUP BY 1, 2) AS n
      WHERE h.topic = n.topic AND h.partition = n.partition;${told}
  END $$`;
