import { Controller, Get, Inject, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type pg from 'pg';
import { Needs } from '@weir/service';
import {
  effectListSchema,
  listEffects,
  listEffectsQuerySchema,
  type EffectList,
  type ListEffectsQuery,
} from './list-effects.js';

export const EFFECTS_POOL = Symbol('EffectsPool');

@ApiTags('effects')
@Controller('v1/effects')
export class ListEffectsController {
  constructor(@Inject(EFFECTS_POOL) private readonly pool: pg.Pool) {}

  @Get()
  @Needs('read')
  @ApiOperation({ operationId: 'listEffects', summary: 'What was asked of the endpoints, and how far it came' })
  @ApiOkResponse({ standardSchema: effectListSchema })
  list(@Query({ schema: listEffectsQuerySchema }) query: ListEffectsQuery): Promise<EffectList> {
    return listEffects(this.pool, query);
  }
}
