const seesOnlyInput = 'a policy sees its input and nothing else, so that its decision can be replayed';
const depends = 'the answer would depend on the machine that judges';
const differs = 'the answer would differ from one evaluation to the next';
const sideEffect = 'it has a side effect and no result';
const deprecated = 'OPA has deprecated it, and Rego v1 refuses it';
const keys =
  'keys and signatures are nothing that a policy about packages needs, and the engine has no implementation of it';
const missing = 'the engine has no implementation of it';

/**
 * Every built-in of OPA that a policy may not call, and why. With what Wasm and the host supply it is all that OPA has:
 * the table of built-ins fails when a version of OPA brings one that stands nowhere.
 */
export const refusedBuiltIns: Readonly<Record<string, string>> = {
  cast_array: deprecated,
  cast_boolean: deprecated,
  cast_null: deprecated,
  cast_object: deprecated,
  cast_set: deprecated,
  cast_string: deprecated,
  'crypto.parse_private_keys': keys,
  'crypto.x509.parse_and_verify_certificates': keys,
  'crypto.x509.parse_and_verify_certificates_with_options': keys,
  'crypto.x509.parse_certificate_request': keys,
  'crypto.x509.parse_certificates': keys,
  'crypto.x509.parse_keypair': keys,
  'crypto.x509.parse_rsa_private_key': keys,
  'graph.reachable_paths': missing,
  'graphql.is_valid': missing,
  'graphql.parse': missing,
  'graphql.parse_and_verify': missing,
  'graphql.parse_query': missing,
  'graphql.parse_schema': missing,
  'graphql.schema_is_valid': missing,
  'http.send': seesOnlyInput,
  'io.jwt.decode': keys,
  'io.jwt.decode_verify': keys,
  'io.jwt.encode_sign': keys,
  'io.jwt.encode_sign_raw': keys,
  'io.jwt.verify_eddsa': keys,
  'io.jwt.verify_es256': keys,
  'io.jwt.verify_es384': keys,
  'io.jwt.verify_es512': keys,
  'io.jwt.verify_hs256': keys,
  'io.jwt.verify_hs384': keys,
  'io.jwt.verify_hs512': keys,
  'io.jwt.verify_ps256': keys,
  'io.jwt.verify_ps384': keys,
  'io.jwt.verify_ps512': keys,
  'io.jwt.verify_rs256': keys,
  'io.jwt.verify_rs384': keys,
  'io.jwt.verify_rs512': keys,
  'json.marshal_with_options': missing,
  'json.match_schema': missing,
  'json.verify_schema': missing,
  'net.cidr_contains_matches': missing,
  'net.cidr_expand': missing,
  'net.cidr_merge': missing,
  'net.lookup_ip_addr': seesOnlyInput,
  'opa.runtime': depends,
  'providers.aws.sign_req': keys,
  'rand.intn': differs,
  'regex.globs_match': missing,
  'regex.template_match': missing,
  'rego.parse_module': missing,
  'strings.render_template': missing,
  trace: sideEffect,
  'uri.is_valid': missing,
  'uri.parse': missing,
  'urlquery.decode_object': missing,
  'urlquery.encode_object': missing,
  'uuid.parse': missing,
  'uuid.rfc4122': differs,
  'yaml.is_valid': missing,
  'yaml.marshal': missing,
  'yaml.unmarshal': missing,
};

/** Why a built-in that OPA knows may not be called in a policy. */
export const whyRefused = (builtIn: string): string => refusedBuiltIns[builtIn] ?? missing;
