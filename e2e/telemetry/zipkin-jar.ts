import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

const ZIPKIN = '3.5.1';
const COPY_PLUGIN = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy';

const runs = (command: string, args: readonly string[]): boolean =>
  spawnSync(command, args, { stdio: 'ignore' }).status === 0;

/** The Zipkin server as a jar, fetched once (131 MB) and kept in the user's cache folder. Throws when the machine lacks something, with the cure. */
export const zipkinJar = (): string => {
  if (!runs('java', ['-version']))
    throw new Error(
      'Java is not on the PATH, and Zipkin needs it: install a Java 17 runtime or newer (Debian: apt-get install default-jre-headless).',
    );
  const jar = join(
    process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'),
    'weir',
    `zipkin-server-${ZIPKIN}-exec.jar`,
  );
  if (!existsSync(jar)) fetchJar(jar);
  return jar;
};

/** Complete or absent: the jar is renamed into place. */
const fetchJar = (jar: string): void => {
  if (!runs('mvn', ['-v']))
    throw new Error(
      'Maven is not on the PATH and the Zipkin server is not in the cache yet: install it (Debian: apt-get install maven).',
    );
  mkdirSync(join(jar, '..'), { recursive: true });
  const work = mkdtempSync(`${jar}.`);
  try {
    const artifact = `io.zipkin:zipkin-server:${ZIPKIN}:jar:exec`;
    const { status } = spawnSync(
      'mvn',
      ['-B', '-q', COPY_PLUGIN, `-Dartifact=${artifact}`, `-DoutputDirectory=${work}`, '-Dmdep.useBaseVersion=true'],
      { cwd: work, stdio: ['ignore', 2, 2] },
    );
    if (status !== 0)
      throw new Error(
        `Maven could not fetch ${artifact} (see above). With no way to Maven Central, put that jar at ${jar}.`,
      );
    renameSync(join(work, `zipkin-server-${ZIPKIN}-exec.jar`), jar);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
};
