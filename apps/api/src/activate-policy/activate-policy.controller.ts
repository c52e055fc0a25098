import { Body, Controller, HttpCode, Inject, Param, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { activatePolicySchema, changedPolicySchema, type ChangedPolicy } from '@weir/contracts';
import type { z } from 'zod';
import { Asking, Needs, WITHIN_WORKSPACES } from '@weir/service';
import { askedBy, type Principal } from '@weir/domain';
import { API_PORTS, type ApiPorts } from '../api-ports.js';
import { policyView } from '../list-policies/policy-view.js';
import { findPolicy } from '../policy-log/find-policy.js';
import { POLICY_PORTS, type PolicyPorts } from '../policy-ports.js';
import { accepted } from '../refusals/policy-refusal.js';
import { decideDeed, type Deed } from './change-active.js';

@ApiTags('policies')
@Controller('v1/policies/:policyId')
export class ActivatePolicyController {
  constructor(
    @Inject(API_PORTS) private readonly ports: ApiPorts,
    @Inject(POLICY_PORTS) private readonly policies: PolicyPorts,
  ) {}

  @Post('activate')
  @Needs('policies:activate', WITHIN_WORKSPACES)
  @HttpCode(200)
  @ApiOperation({
    operationId: 'activatePolicy',
    summary: 'Judge packages by a revision, the latest unless told, from now on',
  })
  @ApiOkResponse({ standardSchema: changedPolicySchema })
  activate(
    @Param('policyId') policyId: string,
    @Body({ schema: activatePolicySchema.optional() }) body: z.infer<typeof activatePolicySchema> | undefined,
    @Asking() principal: Principal,
  ): Promise<ChangedPolicy> {
    return this.change(policyId, { kind: 'activate', revision: body?.revision }, principal);
  }

  @Post('deactivate')
  @Needs('policies:activate', WITHIN_WORKSPACES)
  @HttpCode(200)
  @ApiOperation({
    operationId: 'deactivatePolicy',
    summary: 'Judge no package by this policy any more; what it asked for is lifted. Needs no compiler',
  })
  @ApiOkResponse({ standardSchema: changedPolicySchema })
  deactivate(@Param('policyId') policyId: string, @Asking() principal: Principal): Promise<ChangedPolicy> {
    return this.change(policyId, { kind: 'deactivate' }, principal);
  }

  @Post('retire')
  @Needs('policies:write', WITHIN_WORKSPACES)
  @HttpCode(200)
  @ApiOperation({
    operationId: 'retirePolicy',
    summary: 'Put away a policy that is not active, for good: its history and its id stay, its name is free',
  })
  @ApiOkResponse({ standardSchema: changedPolicySchema })
  retire(@Param('policyId') policyId: string, @Asking() principal: Principal): Promise<ChangedPolicy> {
    return this.change(policyId, { kind: 'retire' }, principal);
  }

  private async change(policyId: string, deed: Deed, principal: Principal): Promise<ChangedPolicy> {
    accepted(findPolicy(await this.policies.policies.book(), policyId, principal));
    const by = askedBy(principal);
    const { book, policyEvents } = accepted(
      await this.policies.changes.submit({
        decide: (on) => decideDeed(on, policyId, deed, { now: this.policies.clock().toISOString(), by }),
      }),
    );
    return { ...(await policyView(this.ports, accepted(findPolicy(book, policyId)))), policyEvents };
  }
}
