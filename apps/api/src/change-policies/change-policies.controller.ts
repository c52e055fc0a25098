import { randomUUID } from 'node:crypto';
import { Body, Controller, HttpCode, Inject, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import {
  changePoliciesSchema,
  policiesChangedSchema,
  type ChangePolicies,
  type PoliciesChanged,
} from '@weir/contracts';
import { Needs } from '@weir/service';
import { POLICY_PORTS, type PolicyPorts } from '../policy-ports.js';
import { accepted } from '../refusals/policy-refusal.js';
import { openChangeSet } from './change-set.js';

@ApiTags('policies')
@Controller('v1/policy-changes')
export class ChangePoliciesController {
  constructor(@Inject(POLICY_PORTS) private readonly policies: PolicyPorts) {}

  @Post()
  @Needs('policies:write')
  @HttpCode(200)
  @ApiOperation({
    operationId: 'changePolicies',
    summary: 'Change policies of a workspace together: all at once or none, or only see what would change',
  })
  @ApiOkResponse({ standardSchema: policiesChangedSchema })
  async change(@Body({ schema: changePoliciesSchema }) { dryRun, ...body }: ChangePolicies): Promise<PoliciesChanged> {
    const id = randomUUID();
    const changeSet = accepted(await openChangeSet(this.policies, body, id));
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
