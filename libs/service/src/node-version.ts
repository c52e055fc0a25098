/** The oldest Node.js that Weir runs on, as `engines` of package.json has it. */
export const OLDEST_NODE = '22.22';

/**
 * Ends this process with 3 when its Node.js is too old, before anything is imported that such a one does not have: it would
 * be answered by a SyntaxError of somebody else's module.
 * Invariant: this file imports nothing, and a program imports nothing else before it has called this.
 */
export const refuseOldNode = (
  say: (sentence: string) => string,
  version: string = process.versions.node,
  end: (words: string) => void = (words) => {
    process.stderr.write(`${words}\n`);
    process.exit(3);
  },
): void => {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [oldest = 0, oldestMinor = 0] = OLDEST_NODE.split('.').map(Number);
  if (major > oldest || (major === oldest && minor >= oldestMinor)) return;
  end(
    say(
      `Node.js ${version} is too old: Weir needs ${OLDEST_NODE} or newer. npm ci installs one, and npm start and npm run weir use it; the image brings its own.`,
    ),
  );
};

/** As a service logs what ends it. */
export const asLogLine =
  (name: string) =>
  (msg: string): string =>
    JSON.stringify({ level: 60, time: new Date().toISOString(), name, msg });
