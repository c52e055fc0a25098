import { Controller, Get, Inject, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Principal } from '@weir/domain';
import { Asking, keptToWorkspace, Needs, WITHIN_WORKSPACES, type Lists } from '@weir/service';
import {
  effectListSchema,
  listEffects,
  listEffectsQuerySchema,
  type EffectList,
  type ListEffectsQuery,
} from './list-effects.js';

export const EFFECT_LISTS = Symbol('EffectLists');

@ApiTags('effects')
@Controller('v1/effects')
export class ListEffectsController {
  constructor(@Inject(EFFECT_LISTS) private readonly lists: Lists) {}

  @Get()
  @Needs('read', WITHIN_WORKSPACES)
  @ApiOperation({ operationId: 'listEffects', summary: 'What was asked of the endpoints, and how far it came' })
  @ApiOkResponse({ standardSchema: effectListSchema })
  list(
    @Query({ schema: listEffectsQuerySchema }) query: ListEffectsQuery,
    @Asking() principal: Principal,
  ): Promise<EffectList> {
    const kept = keptToWorkspace(principal, query);
    return this.lists.read((pool) => listEffects(pool, kept));
  }
}
