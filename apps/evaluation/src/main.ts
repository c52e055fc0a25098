import { asLogLine, refuseOldNode } from '@weir/service/node-version';

refuseOldNode(asLogLine('evaluation'));
await import('./serve.js');
