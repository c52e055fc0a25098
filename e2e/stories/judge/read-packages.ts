/** A package as the API tells it. */
export interface ToldPackage {
  readonly state: string;
  readonly tags: readonly string[];
  /** Ids of the policies that ask for something, in the order told. */
  readonly policies: readonly string[];
  /** Policies that gave no answer, with why. */
  readonly errors: readonly string[];
  readonly decisionId: string;
}

interface Page {
  readonly packages: readonly {
    readonly workspace: string;
    readonly repository: string;
    readonly purl: string;
    readonly state: string;
    readonly presence: string;
    readonly tags: readonly string[];
    readonly reasons: readonly { readonly policyId: string; readonly error: string | null }[];
    readonly decision: { readonly id: string };
  }[];
  readonly nextCursor: string | null;
}

export const toldKey = (workspace: string, repository: string, purl: string): string =>
  `${workspace}/${repository}/${purl}`;

/** All packages that the API knows, by `toldKey`; those that are deleted are asked for apart. */
export const readPackages = async (url: string): Promise<ReadonlyMap<string, ToldPackage>> => {
  const told = new Map<string, ToldPackage>();
  for (const filter of ['', '&state=deleted']) {
    for (let cursor: string | null = ''; cursor !== null;) {
      const page: Page = await readPage(
        url,
        `${filter}${cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`}`,
      );
      for (const one of page.packages) told.set(toldKey(one.workspace, one.repository, one.purl), packageOf(one));
      cursor = page.nextCursor;
    }
  }
  return told;
};

const packageOf = ({ state, presence, tags, reasons, decision }: Page['packages'][number]): ToldPackage => ({
  state: presence === 'deleted' ? 'deleted' : state,
  tags,
  policies: reasons.map(({ policyId }) => policyId),
  errors: reasons.flatMap(({ policyId, error }) => (error === null ? [] : [`${policyId}: ${error}`])),
  decisionId: decision.id,
});

const readPage = async (url: string, query: string): Promise<Page> => {
  const response = await fetch(new URL(`/v1/packages?sort=name&limit=200${query}`, url));
  if (!response.ok) throw new Error(`GET /v1/packages was answered with ${response.status}: ${await response.text()}`);
  return (await response.json()) as Page;
};

/** Whether a verdict allows the package. */
export const readVerdict = async (
  url: string,
  workspace: string,
  repository: string,
  purl: string,
): Promise<boolean> => {
  const response = await fetch(
    new URL(`/v1/verdict?${new URLSearchParams({ workspace, repository, purl }).toString()}`, url),
  );
  const answer = (await response.json()) as { readonly allowed?: boolean };
  return response.status === 200 && answer.allowed === true;
};
