import { Body, Controller, HttpCode, Inject, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { checkPolicySchema, checkReportSchema } from '@weir/contracts';
import type { CheckReport } from '@weir/policy';
import { Needs, WITHIN_WORKSPACES } from '@weir/service';
import { POLICY_PORTS, type PolicyPorts } from '../policy-ports.js';

@ApiTags('policies')
@Controller('v1/policies/check')
export class CheckPolicyController {
  constructor(@Inject(POLICY_PORTS) private readonly policies: PolicyPorts) {}

  @Post()
  @Needs('policies:write', WITHIN_WORKSPACES)
  @HttpCode(200)
  @ApiOperation({ operationId: 'checkPolicy', summary: 'Check a text as saving it would, and store nothing' })
  @ApiOkResponse({ standardSchema: checkReportSchema })
  check(@Body({ schema: checkPolicySchema }) { rego }: { readonly rego: string }): Promise<CheckReport> {
    return this.policies.compiler.check(rego);
  }
}
