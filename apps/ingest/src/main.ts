import { asLogLine, refuseOldNode } from '@weir/service/node-version';

refuseOldNode(asLogLine('ingest'));
await import('./serve.js');
