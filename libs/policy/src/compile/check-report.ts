/** One remark on a policy's text. Lines and columns count from 1; both are 0 when no place in the text is meant. */
export type Finding = {
  readonly severity: 'error' | 'warning';
  /** OPA's own code (`rego_parse_error`, `rego_type_error`, …) or one of ours (`missing_match`, `refused_builtin`, …). */
  readonly code: string;
  readonly message: string;
  readonly line: number;
  readonly column: number;
};

/** What a check found. `valid` is false when at least one finding is an error. */
export type CheckReport = { readonly valid: boolean; readonly findings: readonly Finding[] };

/** A policy cannot be compiled. `policyId` names it and `findings` say where and why. */
export class RegoRefused extends Error {
  override readonly name = 'RegoRefused';
  readonly policyId: string;
  readonly findings: readonly Finding[];

  constructor(policyId: string, findings: readonly Finding[]) {
    const first = findings[0];
    const where = first && first.line > 0 ? ` at ${first.line}:${first.column}` : '';
    super(`Policy "${policyId}" cannot be compiled${where}: ${first?.message ?? 'unknown reason'}`);
    this.policyId = policyId;
    this.findings = findings;
  }
}
