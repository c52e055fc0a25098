import { join } from 'node:path';
import { repositoryRoot } from '../harness/weir-process.js';
import { runTool, type ToolResult } from './run-tool.js';

export interface ComposeService {
  readonly image: string;
  readonly command?: readonly string[] | null;
  readonly build?: { readonly target?: string; readonly dockerfile?: string };
  readonly environment?: Readonly<Record<string, string>>;
  readonly restart?: string;
  readonly healthcheck?: { readonly disable?: boolean };
  readonly ports?: readonly { readonly host_ip?: string; readonly published?: string }[];
  readonly volumes?: readonly {
    readonly type: string;
    readonly source: string;
    readonly target: string;
    readonly read_only?: boolean;
  }[];
  readonly deploy?: {
    readonly replicas?: number;
    readonly resources?: { readonly limits?: { readonly cpus?: number | string; readonly memory?: string } };
  };
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
}

export interface ComposeFile {
  readonly services: Readonly<Record<string, ComposeService>>;
  readonly volumes: Readonly<Record<string, unknown>>;
}

/** deploy/compose.yaml through the loader of `docker compose`. */
export const loadCompose = (env: NodeJS.ProcessEnv): ToolResult =>
  runTool('go', ['run', '.', join(repositoryRoot, 'deploy', 'compose.yaml')], {
    cwd: join(repositoryRoot, 'tools', 'deploy', 'load-compose'),
    env,
  });
