/** A built-in that OPA's Wasm has and answers otherwise than OPA does: the name of its function there, and its operands. */
export type Overridden = { readonly builtIn: string; readonly wasmFunction: string; readonly operands: number };

const of = (builtIn: string, operands: number, wasmFunction: string): Overridden => ({
  builtIn,
  wasmFunction,
  operands,
});

/**
 * What the host supplies instead of OPA's Wasm, found by the table of built-ins (`testing/built-in-table`). Source of the
 * names: OPA 1.22.2, internal/compiler/wasm/wasm.go, `builtinsFunctions`.
 */
export const suppliedInstead: readonly Overridden[] = [
  of('abs', 1, 'opa_arith_abs'),
  of('array.slice', 3, 'opa_array_slice'),
  of('base64.decode', 1, 'opa_base64_decode'),
  of('base64.is_valid', 1, 'opa_base64_is_valid'),
  of('base64url.decode', 1, 'opa_base64_url_decode'),
  of('bits.and', 2, 'opa_bits_and'),
  of('bits.lsh', 2, 'opa_bits_shiftleft'),
  of('bits.negate', 1, 'opa_bits_negate'),
  of('bits.or', 2, 'opa_bits_or'),
  of('bits.rsh', 2, 'opa_bits_shiftright'),
  of('bits.xor', 2, 'opa_bits_xor'),
  of('ceil', 1, 'opa_arith_ceil'),
  of('concat', 2, 'opa_strings_concat'),
  of('div', 2, 'opa_arith_divide'),
  of('floor', 1, 'opa_arith_floor'),
  of('format_int', 2, 'opa_strings_format_int'),
  of('glob.match', 3, 'opa_glob_match'),
  of('indexof', 2, 'opa_strings_indexof'),
  of('internal.template_string', 1, 'opa_template_string'),
  of('json.filter', 2, 'builtin_json_filter'),
  of('json.is_valid', 1, 'opa_json_is_valid'),
  of('json.marshal', 1, 'opa_json_marshal'),
  of('json.remove', 2, 'builtin_json_remove'),
  of('json.unmarshal', 1, 'opa_json_unmarshal'),
  of('minus', 2, 'opa_arith_minus'),
  of('mul', 2, 'opa_arith_multiply'),
  of('net.cidr_contains', 2, 'opa_cidr_contains'),
  of('net.cidr_intersects', 2, 'opa_cidr_intersects'),
  of('object.union_n', 1, 'builtin_object_union_n'),
  of('plus', 2, 'opa_arith_plus'),
  of('product', 1, 'opa_agg_product'),
  of('regex.find_all_string_submatch_n', 3, 'opa_regex_find_all_string_submatch'),
  of('regex.is_valid', 1, 'opa_regex_is_valid'),
  of('regex.match', 2, 'opa_regex_match'),
  of('rem', 2, 'opa_arith_rem'),
  of('replace', 3, 'opa_strings_replace'),
  of('round', 1, 'opa_arith_round'),
  of('substring', 3, 'opa_strings_substring'),
  of('to_number', 1, 'opa_to_number'),
];
