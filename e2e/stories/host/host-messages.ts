/** What the parent asks of a host, and what it answers; both as JSON over the channel between the processes. */
export type ToHost =
  | { readonly ask: 'clock'; readonly id: number; readonly now: string }
  | { readonly ask: 'settled'; readonly id: number }
  | { readonly ask: 'close'; readonly id: number };

export type FromHost =
  | { readonly told: 'ready'; readonly url: string }
  | { readonly told: 'failed'; readonly why: string }
  | { readonly told: 'done'; readonly id: number; readonly fault: string | null };

/** Environment of a host. */
export interface HostSettings {
  readonly dataDirectory: string;
  /** Folder that stands for `policies`. */
  readonly library: string;
  /** What the clock shows at the start. */
  readonly now: string;
  /** `broken`: a built-in of the host answers wrongly, and the engine's version is another one. */
  readonly engine: 'genuine' | 'broken';
}
