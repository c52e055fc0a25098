/** A broker as its settings are written; `own` gives what it has beside ours. */
interface Configured {
  readonly id: number;
  readonly port: number;
  readonly controllerPort: number;
}

export interface StartBrokers {
  readonly folder: string;
  readonly count: number;
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
  readonly own?: (broker: Configured) => Readonly<Record<string, string | number | boolean>>;
}

export declare const startBrokers: (options: StartBrokers) => Promise<{ readonly bootstrap: readonly string[] }>;
export declare const stopBrokers: (folder: string) => Promise<number>;
