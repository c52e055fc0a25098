/** Resolves when its subject can work now; rejects with the reason when it cannot. */
export type ReadinessCheck = () => Promise<void>;

export interface ReadinessReport {
  readonly ready: boolean;
  readonly failing: readonly { readonly name: string; readonly detail: string }[];
}

const DEADLINE_MILLISECONDS = 2_000;

/** The checks that an application's modules register; it is ready while all of them pass. */
export class ReadinessChecks {
  private readonly checks = new Map<string, ReadinessCheck>();

  /** Registers `check`; the returned function takes it back. */
  register(name: string, check: ReadinessCheck): () => void {
    this.checks.set(name, check);
    return () => this.checks.delete(name);
  }

  /** Runs all checks at once, each at most two seconds. Never rejects. */
  async report(): Promise<ReadinessReport> {
    const failing = (await Promise.all([...this.checks].map(([name, check]) => failureOf(name, check)))).flat();
    return { ready: failing.length === 0, failing };
  }
}

const failureOf = async (name: string, check: ReadinessCheck): Promise<ReadinessReport['failing']> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${DEADLINE_MILLISECONDS} ms`)), DEADLINE_MILLISECONDS);
  });
  try {
    await Promise.race([Promise.resolve().then(check), late]);
    return [];
  } catch (fault) {
    return [{ name, detail: fault instanceof Error ? fault.message : String(fault) }];
  } finally {
    clearTimeout(timer);
  }
};
