/** What the order in which policies are applied depends on. */
export interface Ordered {
  readonly policyId: string;
  readonly precedence: number;
}

/**
 * Compares by the order of application: ascending precedence, so that later policies override earlier ones; ties by id,
 * in the order of UTF-16 code units, which is the same on every machine.
 */
export const inOrderOfApplication = (a: Ordered, b: Ordered): number =>
  a.precedence - b.precedence || compareIds(a.policyId, b.policyId);

const compareIds = (a: string, b: string): number => {
  if (a === b) return 0;
  return a < b ? -1 : 1;
};
