import { createHash } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { expect, test } from 'vitest';

interface Entry {
  readonly template: string;
  readonly regoDigest: string;
}

const library = JSON.parse(readFileSync(join(import.meta.dirname, 'compiled', 'library.json'), 'utf8')) as {
  readonly policies: readonly Entry[];
  readonly former: readonly Entry[];
};

const entries = (files: readonly string[], nameOf: (file: string) => string): readonly Entry[] =>
  files.toSorted().map((file) => {
    const hex = createHash('sha256')
      .update(readFileSync(join(import.meta.dirname, file)))
      .digest('hex');
    return { template: nameOf(file), regoDigest: `sha256:${hex}` };
  });

test('every former text is compiled too, and none is the text of today', () => {
  const former = entries(globSync('*/former/*.rego.txt', { cwd: import.meta.dirname }), (file) =>
    basename(dirname(dirname(file))),
  );
  expect(library.former.map(({ template, regoDigest }) => ({ template, regoDigest }))).toEqual(former);
  const today = new Set(library.policies.map(({ regoDigest }) => regoDigest));
  expect(former.filter(({ regoDigest }) => today.has(regoDigest))).toEqual([]);
});
