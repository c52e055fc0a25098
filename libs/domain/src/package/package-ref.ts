/** A repository as far as policies and people need to know it. Unknown is null. */
export interface RepositoryRef {
  readonly name: string;
  readonly format: string;
  readonly environment: 'production' | 'staging' | 'development' | null;
  readonly team: string | null;
  readonly region: string | null;
}

/** One version of one artifact. */
export interface PackageRef {
  readonly purl: string;
  readonly type: string;
  readonly namespace: string | null;
  readonly name: string;
  readonly version: string;
  readonly digest: string | null;
}
