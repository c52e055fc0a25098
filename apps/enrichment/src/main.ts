import { asLogLine, refuseOldNode } from '@weir/service/node-version';

refuseOldNode(asLogLine('enrichment'));
await import('./serve.js');
