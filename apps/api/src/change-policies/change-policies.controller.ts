import { randomUUID } from 'node:crypto';
import { Body, Controller, HttpCode, Inject, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import {
  changePoliciesSchema,
  policiesChangedSchema,
  type ChangePolicies,
  type PoliciesChanged,
} from '@weir/contracts';
import { Asking, mustBeOf, mustHave, Needs, WITHIN_WORKSPACES } from '@weir/service';
import { askedBy, type Principal } from '@weir/domain';
import { POLICY_PORTS, type PolicyPorts } from '../policy-ports.js';
import { accepted } from '../refusals/policy-refusal.js';
import { openChangeSet } from './change-set.js';

@ApiTags('policies')
@Controller('v1/policy-changes')
export class ChangePoliciesController {
  constructor(@Inject(POLICY_PORTS) private readonly policies: PolicyPorts) {}

  @Post()
  @Needs('policies:write', WITHIN_WORKSPACES)
  @HttpCode(200)
  @ApiOperation({
    operationId: 'changePolicies',
    summary: 'Change policies of a workspace together: all at once or none, or only see what would change',
  })
  @ApiOkResponse({ standardSchema: policiesChangedSchema })
  async change(
    @Body({ schema: changePoliciesSchema }) { dryRun, ...body }: ChangePolicies,
    @Asking() principal: Principal,
  ): Promise<PoliciesChanged> {
    mustBeOf(principal, body.workspace);
    if (!dryRun) body.changes.forEach((change, at) => mustBeAllowed(principal, change, at));
    const id = randomUUID();
    const changeSet = accepted(await openChangeSet(this.policies, body, { changeSet: id, by: askedBy(principal) }));
    const outcome = accepted(
      await (dryRun ? this.policies.changes.preview(changeSet) : this.policies.changes.submit(changeSet)),
    );
    return {
      changeSet: outcome.events.length > 0 && !dryRun ? id : null,
      dryRun,
      policyEvents: outcome.policyEvents,
      changed: [...changeSet.changed()],
      warnings: [...changeSet.warnings],
    };
  }
}

/** What makes packages be judged otherwise needs what activating a policy needs. */
const mustBeAllowed = (principal: Principal, change: ChangePolicies['changes'][number], at: number): void => {
  if (change.change === 'retire' || (change.change === 'save' && change.active === undefined)) return;
  mustHave(principal, 'policies:activate', `/changes/${at}${change.change === 'save' ? '/active' : ''}`);
};
