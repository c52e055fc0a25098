import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateTopics1795324200000 implements MigrationInterface {
  readonly name = 'CreateTopics1795324200000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(TABLES);
    await queryRunner.query(PUBLISH);
    await queryRunner.query(`
      GRANT USAGE ON SCHEMA topic TO weir_service;
      GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA topic TO weir_service;
      REVOKE EXECUTE ON FUNCTION topic.publish FROM PUBLIC;
      GRANT EXECUTE ON FUNCTION topic.publish TO weir_service`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP SCHEMA topic CASCADE');
  }
}

const TABLES = `
  CREATE SCHEMA topic;
  CREATE TABLE topic.partition_head (
    topic text NOT NULL,
    partition integer NOT NULL,
    next_offset bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (topic, partition)
  ) WITH (fillfactor = 50);
  COMMENT ON TABLE topic.partition_head IS 'Its row lock orders the publishers of a partition: offsets are contiguous and become visible in order.';
  CREATE TABLE topic.message (
    topic text NOT NULL,
    partition integer NOT NULL,
    "offset" bigint NOT NULL,
    key text NOT NULL,
    headers jsonb NOT NULL,
    value bytea NOT NULL,
    published_at timestamptz NOT NULL,
    PRIMARY KEY (topic, partition, "offset")
  ) WITH (toast_tuple_target = 8160);
  CREATE TABLE topic.group_position (
    "group" text NOT NULL,
    topic text NOT NULL,
    partition integer NOT NULL,
    position bigint NOT NULL,
    PRIMARY KEY ("group", topic, partition)
  ) WITH (fillfactor = 50);
  COMMENT ON TABLE topic.group_position IS 'How far groups said they are, for lag and trimming only: the truth is what each handler commits.'`;

/** One call is one transaction: every head is locked in one order first, so that publishers never wait in a circle. */
const PUBLISH = `
  CREATE FUNCTION topic.publish(topics text[], partitions integer[], keys text[], headers jsonb[], starts integer[], lengths integer[], bodies bytea)
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
      WHERE h.topic = n.topic AND h.partition = n.partition;
    PERFORM pg_notify('weir_topic', (SELECT string_agg(DISTINCT i.partition::text, ',') FROM unnest(partitions) AS i (partition)));
  END $$`;
