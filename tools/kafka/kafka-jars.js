// Apache Kafka as jars from Maven Central, fetched once and kept in the user's cache folder.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

const KAFKA = '4.4.0';
const LOG4J_BINDING = '2.25.5';
const COPY_PLUGIN = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies';

/** The 4.4.0 POM names kafka-tools-api, which is not on Maven Central: without the exclusion nothing resolves. */
const POM = `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>dev.weir</groupId>
  <artifactId>local-kafka</artifactId>
  <version>1</version>
  <dependencies>
    <dependency>
      <groupId>org.apache.kafka</groupId>
      <artifactId>kafka_2.13</artifactId>
      <version>${KAFKA}</version>
      <exclusions>
        <exclusion>
          <groupId>org.apache.kafka</groupId>
          <artifactId>kafka-tools-api</artifactId>
        </exclusion>
      </exclusions>
    </dependency>
    <dependency>
      <groupId>org.apache.logging.log4j</groupId>
      <artifactId>log4j-slf4j-impl</artifactId>
      <version>${LOG4J_BINDING}</version>
    </dependency>
  </dependencies>
</project>
`;

/** What a machine lacks to run a broker, as a sentence with the cure; null when it lacks nothing. */
export const missingForKafka = () => {
  if (!runs('java', ['-version']))
    return 'Java is not on the PATH: install a Java 17 runtime or newer (Debian: apt-get install default-jre-headless), or set KAFKA_BROKERS to a broker that runs.';
  if (existsSync(jarFolder())) return null;
  if (!runs('mvn', ['-v']))
    return "Maven is not on the PATH and Kafka's jars are not in the cache yet: install it (Debian: apt-get install maven), or set KAFKA_BROKERS to a broker that runs.";
  return null;
};

const runs = (command, args) => spawnSync(command, args, { stdio: 'ignore' }).status === 0;

const jarFolder = () => join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'weir', `kafka-${KAFKA}`);

/** The folder with Kafka's jars; fetches 43 MB when they are not there. Complete or absent: it is renamed into place. */
export const kafkaJars = (say) => {
  const folder = jarFolder();
  if (existsSync(folder)) return folder;
  say(`fetching Kafka ${KAFKA} from Maven Central`);
  mkdirSync(join(folder, '..'), { recursive: true });
  const work = mkdtempSync(`${folder}.`);
  try {
    writeFileSync(join(work, 'pom.xml'), POM);
    const { status } = spawnSync('mvn', ['-B', '-q', COPY_PLUGIN, '-DincludeScope=runtime', '-DoutputDirectory=lib'], {
      cwd: work,
      stdio: ['ignore', 2, 2],
    });
    if (status !== 0)
      throw new Error(
        `Maven could not fetch Kafka ${KAFKA} (see above). With no way to Maven Central, fill ${folder} with the jars of org.apache.kafka:kafka_2.13:${KAFKA} and org.apache.logging.log4j:log4j-slf4j-impl:${LOG4J_BINDING}.`,
      );
    renameInto(join(work, 'lib'), folder);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return folder;
};

const renameInto = (from, to) => {
  try {
    renameSync(from, to);
  } catch (fault) {
    // Another run was first: its jars are the same.
    if (!existsSync(to)) throw fault;
  }
};
