import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { tellPermissions } from './tell-permissions.js';
import { needNothing, PROBLEM_KINDS, problemType, type ProblemKind } from '@weir/service';

/** The OpenAPI document of all composed services at /v1/openapi.json, and a page to try it at /docs. */
export const serveOpenApi = (app: NestFastifyApplication): void => {
  const about = new DocumentBuilder()
    .setTitle('Weir')
    .setDescription('Event-sourced policy evaluation for software packages.')
    .setVersion('1')
    .setLicense('Apache-2.0', 'https://www.apache.org/licenses/LICENSE-2.0');
  for (const [tag, description] of Object.entries(TAGS)) about.addTag(tag, description);
  needNothing(app.getHttpAdapter().getInstance(), isDocument);
  SwaggerModule.setup(
    'docs',
    app,
    () => tellPermissions(withProblems(SwaggerModule.createDocument(app, about.build()))),
    {
      jsonDocumentUrl: 'v1/openapi.json',
      customSiteTitle: 'Weir API',
    },
  );
};

/** What Weir is asked, and how, is no secret. */
const isDocument = (url: string): boolean => /^\/docs(?:[/-].*)?$/.test(url) || url === '/v1/openapi.json';

/** The parts of the API, in the order in which a client meets them. */
export const TAGS: Readonly<Record<string, string>> = {
  events: 'What registries say happened to packages',
  packages: 'What is known of packages, and whether they may pass',
  decisions: 'Every decision with its evidence, as lists and as a stream; what never changes has an ETag',
  policies: 'Policies, their revisions, and the library',
  feeds: 'Advisories and scores',
  effects: 'What was asked of the endpoints of webhooks, and how far it came',
  judging: 'How far judging again is',
  summary: 'Figures for a first look',
  keys: 'Who may ask for what',
  health: 'For whoever operates it',
};

const text = { type: 'string' };

/** RFC 9457, with one entry for each wrong field. */
const problemSchema = {
  type: 'object',
  required: ['type', 'title', 'status', 'detail'],
  properties: {
    type: { ...text, enum: Object.keys(PROBLEM_KINDS).map((kind) => problemType(kind as ProblemKind)) },
    title: text,
    status: { type: 'integer' },
    detail: { ...text, description: 'What is wrong, and the cure' },
    errors: {
      type: 'array',
      items: { type: 'object', required: ['pointer', 'detail'], properties: { pointer: text, detail: text } },
    },
  },
};

/** Every route answers refusals and faults in one way; said once here, not at each route. */
const withProblems = (document: OpenAPIObject): OpenAPIObject => {
  const refused = {
    description: 'Refused or failed',
    content: { 'application/problem+json': { schema: problemSchema } },
  };
  for (const methods of Object.values(document.paths)) {
    for (const operation of Object.values(methods) as { responses?: Record<string, unknown> }[]) {
      if (operation.responses) operation.responses['default'] ??= refused;
    }
  }
  return document;
};
