/** A kind of refusal or fault: what a client can switch on. */
export interface ProblemKindWords {
  readonly status: number;
  readonly title: string;
  /** Why this is answered, for a reader who does not know the code. */
  readonly cause: string;
  readonly cure: string;
}

/** Every kind of problem that any service answers. A name never changes its meaning; the page of each is /problems/NAME. */
export const PROBLEM_KINDS = {
  'unreadable-request': {
    status: 400,
    title: 'The request cannot be read',
    cause:
      'The request is no HTTP/1.1, has no Host, or its address is not percent-encoded; or the part named in detail cannot be read.',
    cure: 'Let a library for HTTP write the request. Encode each part of the path, % itself as %25.',
  },
  'not-json': {
    status: 400,
    title: 'The body is not JSON',
    cause: 'The body is empty, cut off, not UTF-8, or no JSON document (RFC 8259).',
    cure: 'Send one complete JSON document in UTF-8. The detail says the position where reading stopped.',
  },
  'wrong-parameter': {
    status: 400,
    title: 'A parameter is wrong',
    cause: 'A parameter of the query or the path has a value that it cannot have, is missing, or does not exist.',
    cure: 'Mend the parameters that errors names: each entry says what is wrong and what to write.',
  },
  'key-needed': {
    status: 401,
    title: 'A key is needed',
    cause: 'The request has no key, or one that is not known, has expired or was revoked.',
    cure: 'Send a key as Authorization: Bearer KEY. Whoever administers this Weir makes one with weir keys create.',
  },
  'not-permitted': {
    status: 403,
    title: 'The key does not permit this',
    cause:
      'The key is known, and it lacks the permission or the workspace that the request needs; or a page of another site sent it.',
    cure: 'Ask for a key with the permission that the detail names, or use one of that workspace.',
  },
  'not-found': {
    status: 404,
    title: 'There is no such thing',
    cause: 'The address names nothing: a misspelt path, or an id, a digest or a name that nothing has.',
    cure: 'Compare the path with /v1/openapi.json, and the id with the list that it came from.',
  },
  'not-judged': {
    status: 404,
    title: 'The package is not judged',
    cause: 'No decision is known for this package: nobody said that it arrived, or it was said of another place.',
    cure: 'Publish the package by POST /v1/events. Treat it as not allowed until it is judged.',
  },
  'being-judged': {
    status: 404,
    title: 'Being judged',
    cause: 'The package was accepted, and its decision is on its way.',
    cure: 'Ask again after Retry-After, or let GET /v1/verdict wait with wait=30. Treat it as not allowed until then.',
  },
  'could-not-be-judged': {
    status: 404,
    title: 'Could not be judged',
    cause: 'The package was accepted, and its message is among the dead letters.',
    cure: 'Mend the cause that the detail tells, then send it again with weir dead-letters replay or POST /v1/events.',
  },
  'no-such-policy': {
    status: 404,
    title: 'There is no such policy',
    cause: 'No policy has this id.',
    cure: 'GET /v1/policies lists those that exist.',
  },
  'no-such-decision': {
    status: 404,
    title: 'There is no such decision',
    cause: 'No decision has this id, or it has no facts because it is about a package that was deleted.',
    cure: 'GET /v1/decisions lists decisions with their ids, such as evaluation-3-120.',
  },
  'no-such-policy-set': {
    status: 404,
    title: 'There is no such policy set',
    cause: 'No policy set has this digest.',
    cure: 'A decision names its set as policySetDigest: sha256: and 64 hex digits.',
  },
  'method-not-allowed': {
    status: 405,
    title: 'The method is not possible here',
    cause: 'The path exists, and not with this method.',
    cure: 'Use one of the methods in the header Allow.',
  },
  'request-timeout': {
    status: 408,
    title: 'The request took too long to arrive',
    cause: 'Head or body of the request did not arrive in time.',
    cure: 'Send it again, over a faster connection or in smaller parts.',
  },
  conflict: {
    status: 409,
    title: 'It contradicts what is there',
    cause: 'What is asked for contradicts what is known already.',
    cure: 'Read what is there, and send what fits it. The detail says what is in the way.',
  },
  'name-taken': {
    status: 409,
    title: 'The name is taken',
    cause: 'Another policy of the workspace has this name, or one that people would take for it.',
    cure: 'Choose another name, or PUT a revision of that policy.',
  },
  'already-active': {
    status: 409,
    title: 'The revision is active already',
    cause: 'Packages are judged by this revision.',
    cure: 'There is nothing to do.',
  },
  'not-active': {
    status: 409,
    title: 'The policy is not active',
    cause: 'No package is judged by this policy.',
    cure: 'There is nothing to do.',
  },
  'still-active': {
    status: 409,
    title: 'The policy is still active',
    cause: 'A policy that judges packages cannot be put away.',
    cure: 'Deactivate it first, or do both in one POST /v1/policy-changes.',
  },
  retired: {
    status: 409,
    title: 'The policy is retired',
    cause: 'A policy that was put away is never changed or activated again.',
    cure: 'Save a new policy; it may have the same name.',
  },
  'revision-outdated': {
    status: 409,
    title: 'Somebody else has revised it',
    cause: 'baseRevision is not the latest revision any more.',
    cure: 'GET the policy, bring your change into its latest revision and send that.',
  },
  'feed-refused': {
    status: 409,
    title: 'The feed is not taken',
    cause:
      'The file is older than what is known, takes away more than its feed ever does, or is not the one that waits to be accepted.',
    cure: 'Load the newest file. weir feed load --replace puts an older one in the place of what is known, with a reason.',
  },
  'feed-unreadable': {
    status: 422,
    title: 'The file of the feed cannot be read',
    cause: 'The file is empty, is no file of this feed, or is broken. What was known before stays.',
    cure: 'Fetch the file again from its source, and send it as it is with content-type application/octet-stream.',
  },
  'too-large': {
    status: 413,
    title: 'It is too large',
    cause: 'The body, the batch, or one event of it is over its limit.',
    cure: 'Send it in smaller parts; the detail says the limit.',
  },
  'address-too-long': {
    status: 414,
    title: 'The address is too long',
    cause: 'A part of the path is over 8192 characters.',
    cure: 'Shorten it.',
  },
  'content-type': {
    status: 415,
    title: 'The content type is not accepted',
    cause: 'The body is of a type that this address does not read, or compressed.',
    cure: 'Send JSON with content-type application/json, uncompressed, unless the address says otherwise.',
  },
  'expectation-failed': {
    status: 417,
    title: 'The expectation cannot be met',
    cause: 'The header Expect asks for something else than 100-continue.',
    cure: 'Leave it out.',
  },
  misdirected: {
    status: 421,
    title: 'The host is not known here',
    cause: 'The header Host names none of the names that this Weir has.',
    cure: 'Ask by a name of it, or let its operator add this one to the configuration.',
  },
  'wrong-body': {
    status: 422,
    title: 'A field of the body is wrong',
    cause: 'The body is JSON, and a field of it has a value that it cannot have, is missing, or does not exist.',
    cure: 'Mend the fields that errors names by their JSON pointers: each entry says what is wrong and what to write.',
  },
  'no-such-revision': {
    status: 422,
    title: 'There is no such revision',
    cause: 'The policy has no revision of this number.',
    cure: 'GET the policy to see its revisions.',
  },
  'rego-refused': {
    status: 422,
    title: 'The policy cannot be compiled',
    cause: 'The Rego text has an error, calls what a policy may not call, or costs more than a policy may.',
    cure: 'Mend what errors names by line and column. weir policy check says the same on your machine.',
  },
  'parameters-refused': {
    status: 422,
    title: 'The parameters do not fit the policy',
    cause: 'A parameter is missing, unknown, or has a value that the policy or its template does not take.',
    cure: 'Mend the parameters that errors names. GET /v1/policy-library shows those of each template.',
  },
  'unknown-template': {
    status: 422,
    title: 'There is no such template',
    cause: 'The library has no policy of this name.',
    cure: 'GET /v1/policy-library lists those that exist.',
  },
  'too-many-requests': {
    status: 429,
    title: 'Too many at once',
    cause: 'This client, or all together, ask for more than is served at once.',
    cure: 'Wait as long as Retry-After says, and ask for less at once.',
  },
  'headers-too-large': {
    status: 431,
    title: 'The headers are too large',
    cause: 'Address and headers are over 16384 bytes together.',
    cure: 'Shorten them.',
  },
  fault: {
    status: 500,
    title: 'The service failed',
    cause: 'A fault that is no doing of the client. What it was stands in the log of the service.',
    cure: 'Tell the operator the time of the request. Sending it again does no harm.',
  },
  unavailable: {
    status: 503,
    title: 'Not possible for now',
    cause: 'Something that the service needs does not answer, or it waits for an update.',
    cure: 'Send the same request again after Retry-After: it is harmless.',
  },
  'not-ready': {
    status: 503,
    title: 'The service is not ready',
    cause: 'A check of GET /ready fails: errors names it.',
    cure: 'Wait, or mend what the check names.',
  },
  'no-compiler': {
    status: 503,
    title: 'There is no compiler for policies',
    cause: 'Saving a policy of your own needs OPA, which was not found, or is being fetched or built.',
    cure: 'Send the request again after Retry-After, install OPA, or use a template of the library, which needs none.',
  },
} as const satisfies Readonly<Record<string, ProblemKindWords>>;

export type ProblemKind = keyof typeof PROBLEM_KINDS;

/** The kind that stands for a status where nothing more is known. */
const KIND_OF_STATUS: Readonly<Record<number, ProblemKind>> = {
  400: 'unreadable-request',
  401: 'key-needed',
  403: 'not-permitted',
  404: 'not-found',
  405: 'method-not-allowed',
  408: 'request-timeout',
  409: 'conflict',
  413: 'too-large',
  414: 'address-too-long',
  415: 'content-type',
  417: 'expectation-failed',
  421: 'misdirected',
  422: 'wrong-body',
  429: 'too-many-requests',
  431: 'headers-too-large',
  500: 'fault',
  503: 'unavailable',
};

/** Other statuses are those of a framework: a refusal that cannot be read, or a fault. */
export const problemKindOf = (status: number): ProblemKind =>
  KIND_OF_STATUS[status] ?? (status >= 500 ? 'fault' : 'unreadable-request');

/** The `type` of a problem: a reference that leads to its page on every Weir, and the same text on each. */
export const problemType = (kind: ProblemKind): string => `/problems/${kind}`;
