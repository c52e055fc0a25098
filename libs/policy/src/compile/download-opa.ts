import { chmod, mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { sha256 } from '@weir/postgres';
import type { Obtained, ObtainOptions } from './build-opa-with-go.js';
import { opaReleaseFor, opaReleases } from './opa-release.js';
import type { OpaRelease } from './opa-release.js';
import { probeOpa } from './probe-opa.js';

const longestDownloadMillis = 5 * 60_000;

export type DownloadOptions = ObtainOptions & {
  /** Folder URL of the release; the official one unless told. */
  readonly from?: string;
  readonly release?: OpaRelease | undefined;
};

const fetchBytes = async (url: string): Promise<Buffer> => {
  const response = await fetch(url, { signal: AbortSignal.timeout(longestDownloadMillis) });
  if (!response.ok) throw new Error(`status ${response.status}`);
  return Buffer.from(await response.arrayBuffer());
};

const store = async (bytes: Buffer, target: string): Promise<Obtained> => {
  await mkdir(dirname(target), { recursive: true });
  const partial = `${target}.${process.pid}.part`;
  await writeFile(partial, bytes);
  await chmod(partial, 0o755);
  await rename(partial, target);
  const version = await probeOpa(target);
  return version === undefined ? { failed: 'download: the file does not run on this machine' } : { version };
};

/**
 * Fetches the official release and puts it at the target, only when its SHA-256 is the one on record. Nothing is
 * written, let alone run, before that.
 */
export const downloadOpa = async ({
  target,
  onProgress,
  from = opaReleases,
  ...rest
}: DownloadOptions): Promise<Obtained> => {
  const platform = `${process.platform}-${process.arch}`;
  const release = 'release' in rest ? rest.release : opaReleaseFor(platform);
  if (release === undefined) return { failed: `download: OPA has no release for ${platform}` };
  const { file, sha256: expected } = release;
  if (expected === undefined)
    return { failed: `download: no checksum of ${file} on record, set OPA_SHA256 to it to allow the download` };
  onProgress(`Fetching ${from}/${file}`);
  try {
    const bytes = await fetchBytes(`${from}/${file}`);
    const found = sha256(bytes).toString('hex');
    if (found !== expected.toLowerCase())
      return { failed: `download: ${file} has SHA-256 ${found}, expected ${expected}` };
    return await store(bytes, target);
  } catch (error) {
    return { failed: `download: ${from}/${file}: ${error instanceof Error ? error.message : String(error)}` };
  }
};
