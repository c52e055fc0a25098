/** Where the OPA binary was found. */
export type OpaOrigin = 'environment' | 'path' | 'cache' | 'go' | 'download';

/** An OPA binary that answered `opa version`. Needed when a policy is saved, never when one is evaluated. */
export type OpaCompiler = { readonly path: string; readonly version: string; readonly origin: OpaOrigin };

/** No OPA could be found, built or fetched. The message lists what was tried and says the cure. */
export class OpaUnavailable extends Error {
  override readonly name = 'OpaUnavailable';
}
