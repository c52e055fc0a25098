/** A type as OPA describes it beside an error. Source: OPA, v1/types. */
export type OpaType = {
  readonly type?: string;
  readonly name?: string;
  readonly of?: OpaType | readonly OpaType[];
  readonly static?: readonly (OpaType & { readonly key?: unknown; readonly value?: OpaType })[];
  readonly dynamic?: OpaType & { readonly key?: OpaType; readonly value?: OpaType };
};

const members = ({ static: named = [], dynamic }: OpaType): string => {
  const fixed = named.map(({ key, value }) => `${String(key)}: ${showOpaType(value)}`);
  const others = dynamic === undefined ? [] : [`${showOpaType(dynamic.key)}: ${showOpaType(dynamic.value)}`];
  return [...fixed, ...others].join(', ');
};

const elements = ({ static: named = [], dynamic }: OpaType): string =>
  [...named.map(showOpaType), ...(dynamic === undefined ? [] : [`${showOpaType(dynamic)}...`])].join(', ');

/** The type in words: `number`, `array [string...]`, `object {a: number}`, `string or set of any`. */
export function showOpaType(type: OpaType | null | undefined): string {
  if (type === null || type === undefined) return 'unknown';
  if (type.type === 'array') return `array [${elements(type)}]`;
  if (type.type === 'object') return `object {${members(type)}}`;
  if (type.type === 'set') return `set of ${showOpaType(type.of as OpaType)}`;
  if (type.type === 'any' && Array.isArray(type.of))
    return (type.of as readonly OpaType[]).map(showOpaType).join(' or ');
  return type.type ?? 'unknown';
}
