import { isSilent, type PolicyResult } from '@weir/domain';
import { digestOf } from '@weir/postgres';

const NOTHING = digestOf('[]');

/**
 * Names what policies said of a package, `sha256:<hex>`: which matched, gave a reason or failed, in what revision. Outputs
 * and the words of a fault are left out: they may differ from time to time without anybody asking for anything else.
 */
export const saidOf = (results: readonly PolicyResult[]): string => {
  const said = results.flatMap((result) => (isSilent(result) ? [] : [sayingOf(result)]));
  return said.length === 0 ? NOTHING : digestOf(JSON.stringify(said));
};

const sayingOf = ({ policyId, revision, match, reasons, error }: PolicyResult): unknown => [
  policyId,
  revision,
  match,
  reasons,
  error?.code ?? null,
];
