import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';

/** The OpenAPI document of all composed services at /v1/openapi.json, and a page to try it at /docs. */
export const serveOpenApi = (app: NestFastifyApplication): void => {
  const about = new DocumentBuilder()
    .setTitle('Weir')
    .setDescription('Event-sourced policy evaluation for software packages.')
    .setVersion('1')
    .setLicense('Apache-2.0', 'https://www.apache.org/licenses/LICENSE-2.0')
    .build();
  SwaggerModule.setup('docs', app, () => SwaggerModule.createDocument(app, about), { jsonDocumentUrl: 'v1/openapi.json', customSiteTitle: 'Weir API' });
};
