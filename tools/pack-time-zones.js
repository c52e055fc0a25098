// node tools/pack-time-zones.js ZONEINFO_ZIP VERSION: the tz database as Go ships it (lib/time/zoneinfo.zip of its sources,
// which `update.bash` beside it gives the version of) into libs/policy/src/built-ins/time-zones.json.
import { readFileSync, writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const [file, version] = process.argv.slice(2);
if (version === undefined) throw new Error('name the zip of zones and the version of the tz database');
const zip = readFileSync(file);

/** Names and contents. Go stores them as they are, uncompressed. */
const entries = [];
for (let at = 0; zip.readUInt32LE(at) === 0x04034b50;) {
  const [method, size] = [zip.readUInt16LE(at + 8), zip.readUInt32LE(at + 22)];
  const [nameLength, extraLength] = [zip.readUInt16LE(at + 26), zip.readUInt16LE(at + 28)];
  const begin = at + 30 + nameLength + extraLength;
  if (method !== 0) throw new Error('an entry is compressed');
  entries.push([zip.subarray(at + 30, at + 30 + nameLength).toString(), zip.subarray(begin, begin + size)]);
  at = begin + size;
}

/** TZif begins with the times of 32 bits; only the part behind it, of 64 bits, is kept. Source: RFC 9636. */
const wide = (bytes) => {
  const [utc, std, leap, times, types, letters] = [20, 24, 28, 32, 36, 40].map((at) => bytes.readUInt32BE(at));
  return bytes.subarray(44 + times * 5 + types * 6 + letters + leap * 8 + std + utc);
};

const bodies = [];
const zones = {};
for (const [name, bytes] of entries.filter(([name]) => !name.endsWith('/'))) {
  const body = wide(bytes);
  const known = bodies.findIndex((other) => other.equals(body));
  zones[name] = known < 0 ? bodies.push(body) - 1 : known;
}
const lengths = bodies.map((body) => body.length);
const data = gzipSync(Buffer.concat(bodies), { level: 9 }).toString('base64');
const target = new URL('../libs/policy/src/built-ins/time-zones.json', import.meta.url);
writeFileSync(target, `${JSON.stringify({ version, zones, lengths, data })}\n`);
console.log(`${Object.keys(zones).length} names, ${bodies.length} zones, ${data.length} characters`);
