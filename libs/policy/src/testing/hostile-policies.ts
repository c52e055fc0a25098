const inPackage = (text: string): string => `package cloudsmith\n\ndefault match := false\n${text}\n`;

/** Policies that harm on purpose, or as good as. All of them compile. */
export const hostilePolicies = {
  endless: inPackage(
    'range := numbers.range(1, 3000)\nmatch if count([1 | some a in range; some b in range; some c in range; a > b; b > c; c > a]) > 0',
  ),
  /** Endless for packages that say so, quick for all others. */
  fragile: inPackage(
    'range := numbers.range(1, 3000)\nmatch if input.v0.flagged\nmatch if { input.v0.heavy; count([1 | some a in range; some b in range; some c in range; a > b; b > c; c > a]) > 0 }',
  ),
  bomb: inPackage(
    'match if count({[a, b, "xxxxxxxxxxxxxxxx"] | some a in numbers.range(1, 3000); some b in numbers.range(1, 3000)}) < 0',
  ),
  wide: inPackage('match if count(sprintf("%999999d%999999d%999999d%999999d", [1, 2, 3, 4])) < 0'),
  backtracking: inPackage(`match if regex.replace("${'a'.repeat(40)}", "(a*)*b", "x") == "y"`),
  conflict: 'package cloudsmith\n\nmatch := true if input.v0\n\nmatch := false if input.v0.package\n',
  no_boolean: 'package cloudsmith\n\nmatch := "yes"\n',
  good: inPackage('match if input.v0.package.name == "lodash"'),
} as const;
