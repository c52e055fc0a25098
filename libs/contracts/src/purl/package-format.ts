const formats: Readonly<Record<string, string>> = { pypi: 'python', golang: 'go' };

/** The format name that policies compare (python, npm, maven, go, cargo, ...): the purl type, but for python and go. */
export const packageFormat = (purlType: string): string => formats[purlType] ?? purlType;
