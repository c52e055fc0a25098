// Follows Weir's decisions on Kafka: one line for each, written once, whatever is killed and whatever comes twice.
//   node follow-decisions.js decisions.log      with KAFKA_BROKERS=host:port[,host:port]
import { closeSync, fsyncSync, ftruncateSync, openSync, readFileSync, renameSync, writeFileSync, writeSync } from 'node:fs';
import { zstdDecompressSync } from 'node:zlib';
import kafkajs from 'kafkajs';

const { CompressionCodecs, CompressionTypes, Kafka } = kafkajs;
// Weir's batches are compressed by zstd. Other clients know it; kafkajs is taught it by this line.
CompressionCodecs[CompressionTypes.ZSTD] = () => ({ decompress: async (batch) => zstdDecompressSync(batch) });

const { KAFKA_BROKERS = '127.0.0.1:9092', GROUP = 'follow-decisions', TOPIC = 'decisions.recorded.v1' } = process.env;
const file = process.argv[2] ?? 'decisions.log';
const checkpointFile = `${file}.checkpoint`;

/** By shard the last position taken, and how long the file was then. */
const checkpoint = readCheckpoint();
const out = openSync(file, 'a');
// Lines behind the checkpoint were written by a process that died before it could say so: they will come again.
ftruncateSync(out, checkpoint.bytes);

const kafka = new Kafka({ clientId: 'follow-decisions', brokers: KAFKA_BROKERS.split(','), logLevel: 1 });
const consumer = kafka.consumer({ groupId: GROUP, sessionTimeout: 10_000, maxWaitTimeInMs: 500 });
// What cannot be read and what the disk refuses must not be passed over: end, and let whoever watches start it again.
consumer.on(consumer.events.CRASH, ({ payload }) => {
  console.error(payload.error);
  if (!payload.restart) process.exit(1);
});
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => void stop());

await consumer.connect();
await consumer.subscribe({ topics: [TOPIC], fromBeginning: true });
// kafkajs commits a batch's offsets when eachBatch has resolved: behind the checkpoint, never before it.
await consumer.run({ eachBatch: async ({ batch }) => takeBatch(batch.messages) });

/** Writes the lines of what is new, then the checkpoint: both or, after a crash, neither. */
function takeBatch(messages) {
  const lines = messages.map(({ value }) => JSON.parse(value.toString())).filter(isNew).map(lineOf);
  if (lines.length === 0) return;
  const text = Buffer.from(lines.join(''));
  writeAll(text);
  fsyncSync(out);
  checkpoint.bytes += text.length;
  writeCheckpoint();
  process.stdout.write(text);
}

/** Decisions of a shard come in order, so that one number per shard tells what came before. */
function isNew({ shard, position }) {
  if (BigInt(position) <= BigInt(checkpoint.shards[shard] ?? -1)) return false;
  checkpoint.shards[shard] = position;
  return true;
}

function lineOf({ id, time, data }) {
  const { state, tags, because } = data.desired;
  const why = [...new Set(because.map(({ name }) => name))].join(', ') || 'no policy asks for anything';
  return `${[id, time, data.repository.name, data.package.purl, state, tags.join(',') || '-', why].map((text) => text.replaceAll(/\p{Cc}/gu, ' ')).join('\t')}\n`;
}

function readCheckpoint() {
  try {
    return JSON.parse(readFileSync(checkpointFile, 'utf8'));
  } catch (fault) {
    if (fault.code !== 'ENOENT') throw fault;
    return { shards: {}, bytes: 0 };
  }
}

/** A rename replaces the file whole: no crash leaves half a checkpoint. */
function writeCheckpoint() {
  const next = openSync(`${checkpointFile}.next`, 'w');
  writeFileSync(next, JSON.stringify(checkpoint));
  fsyncSync(next);
  closeSync(next);
  renameSync(`${checkpointFile}.next`, checkpointFile);
}

function writeAll(text) {
  for (let written = 0; written < text.length; ) written += writeSync(out, text, written);
}

async function stop() {
  await consumer.disconnect();
  process.exit(0);
}
