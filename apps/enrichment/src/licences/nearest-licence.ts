import correct from 'spdx-correct';

/** spdx-correct throws for texts without a word in them: for those there is nothing near. */
const corrected = (text: string, upgrade: boolean): string | null => {
  if (!/[a-z]/i.test(text)) return null;
  try {
    return correct(text, { upgrade });
  } catch (error) {
    if (error instanceof Error) return null;
    throw error;
  }
};

/** The SPDX expression nearest to what somebody wrote; null when there is none. */
export const nearestLicence = (text: string): string | null => corrected(text, true);

/** Whether this is the SPDX expression of a listed licence as it stands. */
export const isLicence = (id: string): boolean => corrected(id, false) === id;
