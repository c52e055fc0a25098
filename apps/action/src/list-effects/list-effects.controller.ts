import { Controller, Get, Inject, Query } from '@nestjs/common';
import type pg from 'pg';
import { listEffects, listEffectsQuerySchema, type EffectList, type ListEffectsQuery } from './list-effects.js';

export const EFFECTS_POOL = Symbol('EffectsPool');

@Controller('v1/effects')
export class ListEffectsController {
  constructor(@Inject(EFFECTS_POOL) private readonly pool: pg.Pool) {}

  @Get()
  list(@Query({ schema: listEffectsQuerySchema }) query: ListEffectsQuery): Promise<EffectList> {
    return listEffects(this.pool, query);
  }
}
