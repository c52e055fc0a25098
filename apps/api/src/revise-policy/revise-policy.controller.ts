import { Body, Controller, Inject, Param, Post, Put } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import {
  createPolicySchema,
  revisePolicySchema,
  savedPolicySchema,
  type CreatePolicy,
  type RevisePolicyBody,
  type SavedPolicy,
} from '@weir/contracts';
import { Asking, mustBeOf, Needs, WITHIN_WORKSPACES } from '@weir/service';
import { askedBy, type Principal } from '@weir/domain';
import { API_PORTS, type ApiPorts } from '../api-ports.js';
import { POLICY_PORTS, type PolicyPorts } from '../policy-ports.js';
import { findPolicy } from '../policy-log/find-policy.js';
import { policyView } from '../list-policies/policy-view.js';
import { accepted, type PolicyRefusal } from '../refusals/policy-refusal.js';
import { createPolicy, revise, type Saved } from './save-policy.js';

@ApiTags('policies')
@Controller('v1/policies')
export class RevisePolicyController {
  constructor(
    @Inject(API_PORTS) private readonly ports: ApiPorts,
    @Inject(POLICY_PORTS) private readonly policies: PolicyPorts,
  ) {}

  @Post()
  @Needs('policies:write', WITHIN_WORKSPACES)
  @ApiOperation({ operationId: 'createPolicy', summary: 'Save a new policy; it judges nothing until it is activated' })
  @ApiCreatedResponse({ standardSchema: savedPolicySchema })
  async create(
    @Body({ schema: createPolicySchema }) body: CreatePolicy,
    @Asking() principal: Principal,
  ): Promise<SavedPolicy> {
    mustBeOf(principal, body.workspace);
    return this.answer(await createPolicy(this.policies, body, askedBy(principal)));
  }

  @Put(':policyId')
  @Needs('policies:write', WITHIN_WORKSPACES)
  @ApiOperation({ operationId: 'revisePolicy', summary: 'Save a further revision; the active one stays active' })
  @ApiOkResponse({ standardSchema: savedPolicySchema })
  async revise(
    @Param('policyId') policyId: string,
    @Body({ schema: revisePolicySchema }) body: RevisePolicyBody,
    @Asking() principal: Principal,
  ): Promise<SavedPolicy> {
    accepted(findPolicy(await this.policies.policies.book(), policyId, principal));
    return this.answer(await revise(this.policies, policyId, body, askedBy(principal)));
  }

  private async answer(outcome: Saved | PolicyRefusal): Promise<SavedPolicy> {
    const { policy, warnings } = accepted(outcome);
    return { ...(await policyView(this.ports, policy)), warnings: [...warnings] };
  }
}
