import { Controller, Get, Header } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { principalSchema, type PrincipalView } from '@weir/contracts';
import type { Principal } from '@weir/domain';
import { Asking, Needs, WITHIN_WORKSPACES } from '@weir/service';

@ApiTags('keys')
@Controller('v1/principal')
export class PrincipalController {
  @Get()
  @Needs('known', WITHIN_WORKSPACES)
  @Header('cache-control', 'no-store')
  @ApiOperation({ operationId: 'getPrincipal', summary: 'Who asks, by the key that is sent, and what the key is for' })
  @ApiOkResponse({ standardSchema: principalSchema })
  principal(@Asking() { name, keyId, permissions, workspaces }: Principal): PrincipalView {
    return { name, keyId, permissions: [...permissions], workspaces: workspaces && [...workspaces] };
  }
}
