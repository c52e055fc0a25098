const reasons: Readonly<Record<string, string>> = {
  'http.send': 'a policy sees its input and nothing else, so that its decision can be replayed',
  'net.lookup_ip_addr': 'a policy sees its input and nothing else, so that its decision can be replayed',
  'opa.runtime': 'the answer would depend on the machine that judges',
  'rand.intn': 'the answer would differ from one evaluation to the next',
  'uuid.rfc4122': 'the answer would differ from one evaluation to the next',
  trace: 'it has a side effect and no result',
};

const otherwise = 'the engine has no implementation of it';

/** Why a built-in that OPA knows may not be called in a policy. */
export const whyRefused = (builtIn: string): string => reasons[builtIn] ?? otherwise;
