import { NotAble, reasonForStrangers, type Logger } from '@weir/postgres';

/** Resolves when its subject can work now; rejects with the reason when it cannot. */
export type ReadinessCheck = () => Promise<void>;

export interface ReadinessReport {
  readonly ready: boolean;
  /** In words that a stranger may read; the log has the faults themselves. */
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
const SAY_AGAIN_MILLISECONDS = 30_000;

interface Failure {
  readonly name: string;
  readonly detail: string;
  readonly fault: unknown;
}

/** The checks that an application's modules register; it is ready while all of them pass. */
export class ReadinessChecks {
  private readonly checks = new Map<string, ReadinessCheck>();
  private readonly impairments = new Map<string, Impairment>();
  private told = { detail: '', at: 0, since: 0 };

  /** Changes are logged, and what lasts is said again twice a minute, as often as somebody asks; silent without a logger. */
  constructor(private readonly logger: Logger | null = null) {}

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
    this.tell(failing);
    return { ready: failing.length === 0, failing: failing.map(({ name, detail }) => ({ name, detail })), impaired };
  }

  private tell(failing: readonly Failure[]): void {
    const detail = failing.map((failure) => `${failure.name} (${failure.detail})`).join(', ');
    const now = Date.now();
    const isNews = detail !== this.told.detail;
    if (!isNews && (detail === '' || now - this.told.at < SAY_AGAIN_MILLISECONDS)) return;
    const since = this.told.detail === '' ? now : this.told.since;
    if (detail === '') this.logger?.info({ after: now - since }, 'ready again');
    else this.logger?.warn({ err: failing[0]?.fault, since: new Date(since).toISOString() }, `not ready: ${detail}`);
    this.told = { detail, at: now, since };
  }
}

const failureOf = async (name: string, check: ReadinessCheck): Promise<readonly Failure[]> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new NotAble(`no answer within ${DEADLINE_MILLISECONDS} ms`)),
      DEADLINE_MILLISECONDS,
    );
  });
  try {
    await Promise.race([Promise.resolve().then(check), late]);
    return [];
  } catch (fault) {
    return [{ name, fault, detail: reasonForStrangers(fault) ?? 'it failed; the log says why' }];
  } finally {
    clearTimeout(timer);
  }
};
