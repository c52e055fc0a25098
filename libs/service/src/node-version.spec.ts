import { globSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { asLogLine, OLDEST_NODE, refuseOldNode } from './node-version.js';

const refusalOf = (version: string): string | null => {
  let said: string | null = null;
  refuseOldNode(asLogLine('ingest'), version, (words) => {
    said = words;
  });
  return said;
};

test.each(['18.20.8', '20.20.0', '22.0.0', '22.21.9'])(
  'Node.js %s is refused by its version, in a log line',
  (version) => {
    const line = JSON.parse(refusalOf(version) ?? '{}') as Record<string, unknown>;
    expect(line).toMatchObject({ level: 60, name: 'ingest' });
    expect(line['msg']).toContain(`Node.js ${version} is too old`);
  },
);

test.each(['22.22.0', '22.100.1', '24.0.0', '100.0.0'])('Node.js %s is taken', (version) => {
  expect(refusalOf(version)).toBeNull();
});

test('it is the one that README.md names', () => {
  expect(readFileSync('README.md', 'utf8')).toContain(`Node.js ${OLDEST_NODE.replace(/\.0$/, '')} or newer`);
});

test('it is the one that package.json asks for', () => {
  const { engines } = JSON.parse(readFileSync('package.json', 'utf8')) as {
    readonly engines: { readonly node: string };
  };
  expect(engines.node).toBe(`>=${OLDEST_NODE}`);
});

test('every program asks before it imports anything else', () => {
  const programs = globSync('apps/*/src/main.ts');
  expect(programs.length).toBe(6);
  const imports = (file: string): readonly string[] =>
    [...readFileSync(file, 'utf8').matchAll(/^(?:import|export)\b(?! type).*$/gm)].map(([line]) => line);
  for (const program of programs)
    expect(imports(program), program).toEqual([
      expect.stringMatching(/^import \{ .*refuseOldNode \} from '@weir\/service\/node-version';$/),
    ]);
  expect(imports('libs/service/src/node-version.ts').filter((line) => line.startsWith('import'))).toEqual([]);
});
