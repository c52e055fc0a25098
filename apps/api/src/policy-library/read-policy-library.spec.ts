import { cpSync, globSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { policyTemplateSchema } from '@weir/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { templateOfText } from './policy-library.js';
import { readPolicyLibrary } from './read-policy-library.js';

const shipped = join(import.meta.dirname, '..', '..', '..', '..', 'policies');

describe('the policy library', () => {
  let copy = '';
  beforeAll(() => {
    copy = mkdtempSync(join(tmpdir(), 'weir-library-'));
  });
  afterAll(() => rmSync(copy, { recursive: true }));

  it('offers every template in the shape that the API promises', () => {
    const { templates } = readPolicyLibrary();
    expect(templates).toHaveLength(10);
    for (const template of templates) expect(policyTemplateSchema.safeParse(template).error).toBeUndefined();
  });

  it('takes default parameters from their schema', () => {
    const epss = readPolicyLibrary().templates.find(({ name }) => name === 'epss-over-threshold');
    expect(epss?.parameters).toEqual({ threshold: 0.2 });
  });

  it('knows the texts that its policies had before, and has room for them too', () => {
    const library = readPolicyLibrary();
    const former = library.templates.flatMap(({ name, formerDigests = [] }) =>
      formerDigests.map((digest) => ({ name, digest })),
    );
    const kept = globSync('*/former/*.rego.txt', { cwd: shipped }).map((file) => file.split('/')[0]);
    expect(kept.length).toBeGreaterThan(0);
    expect(former.map(({ name }) => name).toSorted()).toEqual(kept.toSorted());
    for (const { name, digest } of former) {
      expect(templateOfText(library, digest)?.name).toBe(name);
      expect(library.module.slots[digest]).toHaveLength(3);
    }
  });

  it('has room for the same policy with other parameters, without a compiler', () => {
    const { templates, module } = readPolicyLibrary();
    for (const { regoDigest } of templates)
      expect(new Set(module.slots[regoDigest]?.map(({ slot }) => slot)).size).toBe(3);
  });

  it('refuses a policy whose text is not what was compiled', () => {
    cpSync(shipped, copy, { recursive: true });
    writeFileSync(join(copy, 'gpl-anywhere', 'policy.rego'), 'package cloudsmith\ndefault match := false\n');
    expect(() => readPolicyLibrary(copy)).toThrow(
      /gpl-anywhere\/policy\.rego is not what the library was compiled from: run node tools/,
    );
  });

  it('refuses a module that is not the one its index names', () => {
    cpSync(shipped, copy, { recursive: true });
    writeFileSync(join(copy, 'compiled', 'library.wasm'), 'nothing');
    expect(() => readPolicyLibrary(copy)).toThrow(/library\.wasm is not the module that library\.json names/);
  });
});
