#!/usr/bin/env node
import { refuseOldNode } from '@weir/service/node-version';

// npm scripts find the Node.js of node_modules first; who calls this file by hand may have an older one.
refuseOldNode((sentence) => `weir: ${sentence}`);
await import('./run-weir.js');
