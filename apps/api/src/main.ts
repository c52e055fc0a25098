import { asLogLine, refuseOldNode } from '@weir/service/node-version';

refuseOldNode(asLogLine('api'));
await import('./serve.js');
