const formats: Readonly<Record<string, string>> = { pypi: 'python', golang: 'go' };

/** The format name that policies compare: python, npm, maven, go, cargo, ...; a purl type without one is its own format. */
export const packageFormat = (purlType: string): string => formats[purlType] ?? purlType;
