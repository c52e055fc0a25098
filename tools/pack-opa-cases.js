// node tools/pack-opa-cases.js SOURCES: OPA's conformance cases (v1/test/cases/testdata/v1 of its sources) into one file.
// SOURCES: the folder that `go mod download -json github.com/open-policy-agent/opa@vX` names as Dir. Needs `opa` on PATH:
// cases that are errors only when OPA is strict about built-ins are given the answer of OPA as it is otherwise.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { parse } from 'yaml';

const target = new URL('../libs/policy/src/testing/conformance/cases.json.gz', import.meta.url);

/** Integers of any size stay what they are. */
const write = (value) => {
  if (typeof value === 'bigint') return String(value);
  if (Array.isArray(value)) return `[${value.map(write).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${write(member)}`).join(',')}}`;
};

const casesOf = (folder) =>
  readdirSync(folder, { recursive: true })
    .filter((name) => /\.(?:yaml|json)$/.test(name))
    .sort()
    .flatMap((name) => parse(readFileSync(join(folder, name), 'utf8'), { intAsBigInt: true, maxAliasCount: -1 }).cases);

/** Notes are not unique: the second of a name is `name#2`. */
const named = (cases) => {
  const seen = new Map();
  return cases.map((one) => {
    const count = (seen.get(one.note) ?? 0) + 1;
    seen.set(one.note, count);
    return { ...one, note: count === 1 ? one.note : `${one.note}#${count}` };
  });
};

/** What OPA says of a case when a built-in's error is no error but undefined: bindings, or an error all the same. */
const lenientAnswer = (one) => {
  const folder = mkdtempSync(join(tmpdir(), 'opa-case-'));
  try {
    const files = (one.modules ?? []).map((text, index) => [`m${index}.rego`, text]);
    if (one.data) files.push(['data.json', write(one.data)]);
    for (const [name, text] of files) writeFileSync(join(folder, name), text);
    const args = ['eval', '--format', 'json', ...files.flatMap(([name]) => ['-d', name])];
    if (one.input !== undefined) {
      writeFileSync(join(folder, 'input'), write(one.input));
      args.push('-i', 'input');
    }
    const { result = [] } = JSON.parse(execFileSync('opa', [...args, one.query], { cwd: folder, stdio: 'pipe' }));
    return { want_result: result.map(({ bindings = {} }) => bindings) };
  } catch (error) {
    const { errors } = JSON.parse(String(error.stdout));
    return { want_error: errors.map(({ message }) => message).join('; ') };
  } finally {
    rmSync(folder, { recursive: true });
  }
};

const packed = ({
  note,
  query,
  modules,
  data,
  input,
  input_term,
  want_result,
  want_error_code,
  want_error,
  strict_error,
  sort_bindings,
}) => ({
  note,
  query: query.trim(),
  modules,
  data,
  input,
  input_term,
  ...(strict_error
    ? { ...lenientAnswer({ query, modules, data, input }), strict: true }
    : { want_result, want_error: want_error ?? want_error_code }),
  sort_bindings,
});

const [sources] = process.argv.slice(2);
if (sources === undefined) throw new Error('name the folder of the sources of OPA');
/** A member that is null is not there, as for OPA's own runner. */
const present = (one) => Object.fromEntries(Object.entries(one).filter(([, member]) => member !== null));
const cases = named(casesOf(join(sources, 'v1/test/cases/testdata/v1')).map(present)).map(packed);
writeFileSync(target, gzipSync(`[\n${cases.map(write).join(',\n')}\n]\n`, { level: 9 }));
console.log(`${cases.length} cases`);
