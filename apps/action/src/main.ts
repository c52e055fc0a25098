import { asLogLine, refuseOldNode } from '@weir/service/node-version';

refuseOldNode(asLogLine('action'));
await import('./serve.js');
