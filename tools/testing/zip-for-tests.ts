import { crc32, deflateRawSync } from 'node:zlib';

/** A zip archive of these files, deflated. */
export const zipOf = (files: Readonly<Record<string, string | Buffer>>): Buffer => {
  const entries = Object.entries(files).map(([name, content]) => ({
    name: Buffer.from(name),
    bytes: Buffer.from(content),
  }));
  const locals: Buffer[] = [];
  const centrals: Buffer[] = [];
  let offset = 0;
  for (const { name, bytes } of entries) {
    const packed = deflateRawSync(bytes);
    const fields = Buffer.alloc(12);
    fields.writeUInt32LE(crc32(bytes), 0);
    fields.writeUInt32LE(packed.length, 4);
    fields.writeUInt32LE(bytes.length, 8);
    const nameLength = Buffer.alloc(4);
    nameLength.writeUInt16LE(name.length, 0);
    const common = Buffer.concat([Buffer.from([20, 0, 0, 0, 8, 0, 0, 0, 0, 0]), fields, nameLength]);
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), common, name, packed]);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(offset, 10);
    centrals.push(Buffer.concat([Buffer.from('PK\x01\x02'), Buffer.from([20, 0]), common, tail, name]));
    locals.push(local);
    offset += local.length;
  }
  const directory = Buffer.concat(centrals);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, directory, end]);
};
