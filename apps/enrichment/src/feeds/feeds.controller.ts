import { Readable } from 'node:stream';
import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query, Req } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiOkResponse, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { feedsSchema, type FeedKind, type FeedsView } from '@weir/contracts';
import { Retryable } from '@weir/postgres';
import {
  guestOf,
  Needs,
  problem,
  ProblemError,
  WITHIN_WORKSPACES,
  type GuestRequest,
  type LetIn,
  type ProblemKind,
} from '@weir/service';
import { FEED_CONTENT_TYPES } from './accept-feed-bodies.js';
import { discardRest } from './discard-rest.js';
import type { LoadedFeed, FeedRefused, RefusalKind } from './feed.js';
import {
  acceptFileSchema,
  feedAcceptedSchema,
  feedKindSchema,
  feedLoadedSchema,
  loadFeedQuerySchema,
  type AcceptFileBody,
  type LoadFeedQuery,
} from './feeds-http.js';
import type { FeedRequest } from './load-feed.js';
import type { Decided } from './load-task.js';
import type { AcceptedFile, AcceptRefused, AcceptRequest } from './whole-state/accept-file.js';

/** What the controller asks of the application. */
export interface Feeds {
  load(request: FeedRequest): Promise<LoadedFeed | FeedRefused>;
  accept(request: AcceptRequest): Promise<AcceptedFile | AcceptRefused>;
  freshness(): Promise<FeedsView>;
}

export const FEEDS = Symbol('FEEDS');

/** Lets uploads in, by who sends them. */
export const UPLOADS = Symbol('UPLOADS');

const KINDS: Readonly<Record<RefusalKind, ProblemKind>> = {
  broken: 'feed-unreadable',
  'too-large': 'too-large',
  outdated: 'feed-refused',
  forbidden: 'wrong-body',
};

const NO_SUCH_FEED = 'There is no such feed, or the query is wrong; errors names each part';

@ApiTags('feeds')
@Controller('v1/feeds')
export class FeedsController {
  constructor(
    @Inject(FEEDS) private readonly feeds: Feeds,
    @Inject(UPLOADS) private readonly letIn: LetIn,
  ) {}

  @Get()
  @Needs('read', WITHIN_WORKSPACES)
  @ApiOperation({ operationId: 'listFeeds', summary: 'How fresh each feed is' })
  @ApiOkResponse({ standardSchema: feedsSchema })
  freshness(): Promise<FeedsView> {
    return this.feeds.freshness();
  }

  @Post(':kind')
  @Needs('feeds:load')
  @HttpCode(200)
  @ApiOperation({
    operationId: 'loadFeed',
    summary: 'Load a file of a feed',
    description:
      'The file itself is the body: OSV as JSON, JSON lines or zip, EPSS as CSV, KEV as JSON, each also with gzip; recognised by its bytes. Loading the same file again changes nothing. A file of EPSS or KEV that takes away more than its feed ever does is held back: the answer says so.',
  })
  @ApiConsumes(...FEED_CONTENT_TYPES, 'application/json')
  @ApiBody({ schema: { type: 'string', format: 'binary' } })
  @ApiOkResponse({ standardSchema: feedLoadedSchema })
  @ApiResponse({ status: 400, description: NO_SUCH_FEED })
  @ApiResponse({ status: 409, description: 'A newer file is loaded already' })
  @ApiResponse({ status: 413, description: 'The file is too large, as sent or after decompression' })
  @ApiResponse({ status: 415, description: 'The content type is none of those above' })
  @ApiResponse({ status: 422, description: 'The file cannot be read; what was known before stays' })
  @ApiResponse({
    status: 503,
    description: 'The feed could not be stored for now, or too many are sent at once; sending it again is harmless',
  })
  async load(
    @Param('kind', { schema: feedKindSchema }) kind: FeedKind,
    @Query({ schema: loadFeedQuerySchema }) query: LoadFeedQuery,
    @Body() body: unknown,
    @Req() request: GuestRequest,
  ): Promise<LoadedFeed> {
    const leave = this.letIn(guestOf(request));
    if (typeof leave === 'string') throw tooManyUploads();
    return this.loadFile(kind, query, body).finally(leave);
  }

  private async loadFile(kind: FeedKind, query: LoadFeedQuery, body: unknown): Promise<LoadedFeed> {
    const source = streamOf(body);
    const { revision, name } = query;
    const replaces = await decidedIn(query, source);
    const outcome = await this.feeds.load({ kind, source, revision, name, replaces }).catch(unavailable);
    if (!('refused' in outcome)) return outcome;
    await discardRest(source);
    const { kind: refusal, detail, line } = outcome.refused;
    throw new ProblemError(
      problem(KINDS[refusal], detail, line === null ? undefined : [{ pointer: `/${line}`, detail: `line ${line}` }]),
    );
  }

  @Post(':kind/accept')
  @Needs('feeds:load')
  @HttpCode(200)
  @ApiOperation({
    operationId: 'acceptFeed',
    summary: 'Let in what the newest file of a feed takes away',
    description:
      'For a file that is held back, and for entries that wait for a second day. Who says so and why is kept in the log.',
  })
  @ApiOkResponse({ standardSchema: feedAcceptedSchema })
  @ApiResponse({ status: 400, description: NO_SUCH_FEED })
  @ApiResponse({ status: 409, description: 'Another file is the newest, or nothing waits' })
  @ApiResponse({ status: 422, description: 'A field of the body is wrong; errors names each' })
  async accept(
    @Param('kind', { schema: feedKindSchema }) kind: FeedKind,
    @Body({ schema: acceptFileSchema }) body: AcceptFileBody,
  ): Promise<AcceptedFile> {
    const outcome = await this.feeds.accept({ kind, ...body });
    if (!('refused' in outcome)) return outcome;
    throw new ProblemError(problem('feed-refused', outcome.refused.detail));
  }
}

/** Who puts the file in the place of what is known, and why; undefined when nobody does. */
const decidedIn = async ({ replace, by, because }: LoadFeedQuery, source: Readable): Promise<Decided | undefined> => {
  if (replace !== 'true') return undefined;
  if (by !== undefined && because !== undefined) return { by, because };
  await discardRest(source);
  const missing = Object.entries({ by, because }).filter(([, told]) => told === undefined);
  throw new ProblemError(
    problem(
      'wrong-parameter',
      'The query has replace=true and not both by and because: say who puts the file in the place, and why.',
      missing.map(([name]) => ({ pointer: `/${name}`, detail: 'is required to replace' })),
    ),
  );
};

/** A JSON body was parsed by the shell, which bounds it; every other one is the request itself. */
const streamOf = (body: unknown): Readable => {
  if (body instanceof Readable) return body;
  if (body === undefined || body === null)
    throw new ProblemError(
      problem(
        'feed-unreadable',
        'The body is empty: send the file of the feed as the body, with content-type application/octet-stream.',
      ),
    );
  return Readable.from([Buffer.from(JSON.stringify(body))]);
};

const tooManyUploads = (): ProblemError =>
  new ProblemError(
    problem(
      503,
      'Too many feed files are being sent and loaded already: send it again in a while, or raise FEEDS_UPLOADS.',
    ),
    { headers: { 'retry-after': '10' } },
  );

const unavailable = (fault: unknown): never => {
  if (!(fault instanceof Retryable)) throw fault;
  throw new ProblemError(
    problem(503, 'The feed could not be stored for now: send it again, loading twice is harmless.'),
    { cause: fault, headers: { 'retry-after': '1' } },
  );
};
