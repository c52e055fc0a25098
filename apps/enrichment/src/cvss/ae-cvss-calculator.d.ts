// The package's own types import without file extensions, which NodeNext does not resolve: everything would be any.
declare module 'ae-cvss-calculator' {
  interface Scores {
    readonly base?: number;
    /** v4: the base score without threat and environmental metrics. */
    readonly baseMetricsOnly?: number;
  }

  interface Vector {
    isBaseFullyDefined(): boolean;
    calculateScores(): Scores;
  }

  const calculator: {
    /** null when the text is no vector. */
    fromVector(vector: string): Vector | null;
  };
  export default calculator;
}
