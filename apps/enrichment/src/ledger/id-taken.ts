import { packageKey } from '@weir/domain';
import type { PackageObserved } from '@weir/contracts';

/** Two events under one id: the second can never be recorded, whatever comes. */
export class IdTaken extends Error {
  override readonly name = 'IdTaken';

  /** `differences`: the members in which the two say something else. */
  constructor(recorded: PackageObserved, sent: PackageObserved, differences: readonly string[]) {
    const {
      workspace,
      observation: { source, id },
    } = sent;
    super(
      `The id ${id} of source ${source} in workspace ${workspace} was recorded as ${labelOf(recorded)} ` +
        `and is sent as ${labelOf(sent)} with another ${differences.join(', ')}: give each event an id of its own.`,
    );
  }
}

const labelOf = ({ workspace, repository, package: { purl }, observation: { kind } }: PackageObserved): string =>
  `"${kind}" of ${packageKey(workspace, repository.name, purl)}`;
