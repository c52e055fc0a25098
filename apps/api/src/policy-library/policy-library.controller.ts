import { Controller, Get, Inject } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { policyLibraryViewSchema, type PolicyTemplateView } from '@weir/contracts';
import { Needs, WITHIN_WORKSPACES } from '@weir/service';
import { API_PORTS, type ApiPorts } from '../api-ports.js';
import type { PolicyTemplate } from './policy-library.js';

@ApiTags('policies')
@Controller('v1/policy-library')
export class PolicyLibraryController {
  constructor(@Inject(API_PORTS) private readonly ports: ApiPorts) {}

  @Get()
  @Needs('read', WITHIN_WORKSPACES)
  @ApiOperation({ operationId: 'listPolicyLibrary', summary: 'The policies that ship with Weir, to start from' })
  @ApiOkResponse({ standardSchema: policyLibraryViewSchema })
  library(): { readonly templates: readonly PolicyTemplateView[] } {
    return { templates: (this.ports.library?.templates ?? []).map(templateView) };
  }
}

const templateView = ({
  regoDigest: _regoDigest,
  formerDigests: _formerDigests,
  parametersSchema,
  ...template
}: PolicyTemplate): PolicyTemplateView => ({
  ...template,
  actions: [...template.actions],
  parametersSchema: parametersSchema ?? null,
});
