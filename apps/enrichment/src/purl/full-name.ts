/** The name as registries and advisories write it: group:artifact, @scope/name, module path. */
export function fullName({ type, namespace, name }: { type: string; namespace: string | null; name: string }): string {
  if (namespace === null) return name;
  return type === 'maven' ? `${namespace}:${name}` : `${namespace}/${name}`;
}
