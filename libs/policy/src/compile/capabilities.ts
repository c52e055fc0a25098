import { hostBuiltIns } from '../built-ins/host-built-ins.js';
import { compileTimeBuiltIns, nativeBuiltIns } from './native-built-ins.js';
import type { OpaCompiler } from './opa-compiler.js';
import { runOpa } from './run-opa.js';

type Declarations = { readonly builtins: readonly { readonly name: string }[] } & Readonly<Record<string, unknown>>;

const texts = new Map<string, Promise<string>>();

const supplied = new Set([...nativeBuiltIns, ...compileTimeBuiltIns, ...Object.keys(hostBuiltIns)]);

const readCapabilities = async (opa: OpaCompiler): Promise<string> => {
  const { status, stdout, stderr } = await runOpa(opa, ['capabilities', '--current'], '.');
  if (status !== 0) throw new Error(`opa capabilities failed: ${stderr}`);
  const all = JSON.parse(stdout) as Declarations;
  return JSON.stringify({ ...all, allow_net: [], builtins: all.builtins.filter(({ name }) => supplied.has(name)) });
};

/**
 * The capabilities file policies are checked and compiled with: OPA's own declarations of exactly those built-ins that
 * Wasm or the host supplies, so that a policy that could not run is refused when it is saved.
 */
export const capabilitiesOf = (opa: OpaCompiler): Promise<string> => {
  const known = texts.get(opa.path) ?? readCapabilities(opa);
  texts.set(opa.path, known);
  known.catch(() => texts.delete(opa.path));
  return known;
};
