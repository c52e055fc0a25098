import { Body, Controller, Get, Header, HttpCode, Inject, Param, Post } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import {
  createKeySchema,
  keyListSchema,
  keySchema,
  keyWithTextSchema,
  rotateKeySchema,
  type CreateKeyBody,
  type KeyView,
  type KeyWithText,
  type RotateKeyBody,
} from '@weir/contracts';
import type { Key, Principal } from '@weir/domain';
import { Asking, Needs, readKeyUse } from '@weir/service';
import { API_PORTS, type ApiPorts } from '../api-ports.js';
import { answerable } from '../refusals/answerable.js';
import { createKey, revokeKey, rotateKey, type KeyMade } from './change-keys.js';
import { openKeyBookLog, type KeyBookLog } from './key-book-log.js';
import { granted } from './key-refusal.js';
import { keyView } from './key-view.js';

@ApiTags('keys')
@Controller('v1/keys')
export class KeysController {
  private readonly log: KeyBookLog;

  constructor(@Inject(API_PORTS) private readonly ports: ApiPorts) {
    this.log = openKeyBookLog(ports.eventStore);
  }

  @Get()
  @Needs('administer')
  @ApiOperation({
    operationId: 'listKeys',
    summary: 'Every key that was ever made, the latest first, and when it was last used; never its text',
  })
  @ApiOkResponse({ standardSchema: keyListSchema })
  async list(): Promise<{ readonly keys: readonly KeyView[] }> {
    const [book, use] = await Promise.all([answerable(this.log.book()), readKeyUse(this.ports.pool)]);
    const keys = [...book.values()].reverse();
    return { keys: keys.map((key) => keyView(key, use.get(key.keyId) ?? null, this.now())) };
  }

  @Post()
  @Needs('administer')
  @Header('cache-control', 'no-store')
  @ApiOperation({
    operationId: 'createKey',
    summary: 'Make a key. Its text is told this once. From the first key on every request needs one',
  })
  @ApiCreatedResponse({ standardSchema: keyWithTextSchema })
  async create(
    @Body({ schema: createKeySchema }) body: CreateKeyBody,
    @Asking() principal: Principal,
  ): Promise<KeyWithText> {
    const isAdministered = (this.ports.config.API_KEYS ?? []).length > 0;
    const asked = { principal, now: this.ports.clock(), isAdministered };
    return this.made(granted(await answerable(createKey(this.log, body, asked))));
  }

  @Post(':keyId/rotate')
  @HttpCode(200)
  @Needs('administer')
  @Header('cache-control', 'no-store')
  @ApiOperation({
    operationId: 'rotateKey',
    summary: 'Give a key another text, told this once; the former one is taken a while longer',
  })
  @ApiOkResponse({ standardSchema: keyWithTextSchema })
  async rotate(
    @Param('keyId') keyId: string,
    @Body({ schema: rotateKeySchema.prefault({}) }) body: RotateKeyBody,
    @Asking() principal: Principal,
  ): Promise<KeyWithText> {
    const asked = { principal, now: this.ports.clock() };
    return this.made(granted(await answerable(rotateKey(this.log, keyId, body, asked))));
  }

  @Post(':keyId/revoke')
  @HttpCode(200)
  @Needs('administer')
  @ApiOperation({
    operationId: 'revokeKey',
    summary: 'End a key for good. Every service has heard of it within a second',
  })
  @ApiOkResponse({ standardSchema: keySchema })
  async revoke(@Param('keyId') keyId: string, @Asking() principal: Principal): Promise<KeyView> {
    const asked = { principal, now: this.ports.clock() };
    return this.view(granted(await answerable(revokeKey(this.log, keyId, asked))).key);
  }

  private async made({ key, text }: KeyMade): Promise<KeyWithText> {
    return { ...(await this.view(key)), key: text };
  }

  private async view(key: Key): Promise<KeyView> {
    const use = await readKeyUse(this.ports.pool);
    return keyView(key, use.get(key.keyId) ?? null, this.now());
  }

  private now(): string {
    return this.ports.clock().toISOString();
  }
}
