/** The section of a module that names the built-ins for which it asks the host instead of OPA's runtime. */
export const hostBuiltInsSection = 'weir.host_built_ins';

/** Their ids begin here: OPA numbers those that it leaves to the host from 0. */
export const firstHostId = 10_000;

/** Names by id. Empty for a module that asks for none, as older ones do. */
export const linkedBuiltIns = (module: WebAssembly.Module): ReadonlyMap<number, string> => {
  const [section] = WebAssembly.Module.customSections(module, hostBuiltInsSection);
  const names = section === undefined ? [] : (JSON.parse(Buffer.from(section).toString()) as readonly string[]);
  return new Map(names.map((name, place) => [firstHostId + place, name]));
};
