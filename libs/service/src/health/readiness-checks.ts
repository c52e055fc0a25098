/** Resolves when its subject can work now; rejects with the reason when it cannot. */
export type ReadinessCheck = () => Promise<void>;

export interface ReadinessReport {
  readonly ready: boolean;
  readonly failing: readonly Finding[];
  /** What works, and not as it should. */
  readonly impaired: readonly Finding[];
}

interface Finding {
  readonly name: string;
  readonly detail: string;
}

/** What its subject does without, in words for people; nothing when all is there. */
export type Impairment = () => readonly string[];

const DEADLINE_MILLISECONDS = 2_000;

/** The checks that an application's modules register; it is ready while all of them pass. */
export class ReadinessChecks {
  private readonly checks = new Map<string, ReadinessCheck>();
  private readonly impairments = new Map<string, Impairment>();

  /** Registers `check`; the returned function takes it back. */
  register(name: string, check: ReadinessCheck): () => void {
    this.checks.set(name, check);
    return () => this.checks.delete(name);
  }

  /** Registers what tells of something that keeps nobody from working. */
  tellOf(name: string, impairment: Impairment): () => void {
    this.impairments.set(name, impairment);
    return () => this.impairments.delete(name);
  }

  /** Runs all checks at once, each at most two seconds. Never rejects. */
  async report(): Promise<ReadinessReport> {
    const failing = (await Promise.all([...this.checks].map(([name, check]) => failureOf(name, check)))).flat();
    const impaired = [...this.impairments].flatMap(([name, told]) => told().map((detail) => ({ name, detail })));
    return { ready: failing.length === 0, failing, impaired };
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
