import { globSync } from 'node:fs';
import { matchesGlob } from 'node:path';

/**
 * The files that a build of an image gets to see, by the rules of .dockerignore: of the lines that match a file or a
 * folder above it the last one counts, and `!` lets in again.
 */
export const filesInContext = (root: string, ignore: string): readonly string[] => {
  const rules = ignore
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => ({ lets: line.startsWith('!'), pattern: line.replace(/^!/, '') }));
  const isLetIn = (path: string): boolean =>
    rules.findLast(({ pattern }) => withParents(path).some((one) => matchesGlob(one, pattern)))?.lets ?? true;
  return globSync('**/*', { cwd: root, withFileTypes: true, exclude: (entry) => PASSED_OVER.has(entry.name) })
    .filter((entry) => entry.isFile())
    .map((entry) => `${entry.parentPath}/${entry.name}`.slice(root.length + 1))
    .concat(
      globSync('.*', { cwd: root, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map(({ name }) => name),
    )
    .filter(isLetIn)
    .sort();
};

/** Large, and left out by every rule there is; reading them would only take time. */
const PASSED_OVER = new Set(['node_modules', 'dist', '.git', '.nx', '.weir']);

const withParents = (path: string): readonly string[] => {
  const names = path.split('/');
  return names.map((_, index) => names.slice(0, index + 1).join('/'));
};
