/** A file of KEV as it is published, that lists these CVEs. */
export const kevCatalogue = (
  cves: readonly string[],
  now: Date,
  campaignUse: () => 'Known' | 'Unknown' = () => 'Unknown',
): object => ({
  title: 'CISA Catalog of Known Exploited Vulnerabilities',
  catalogVersion: now.toISOString().slice(0, 10),
  dateReleased: now.toISOString(),
  count: cves.length,
  vulnerabilities: cves.map((cveID) => ({
    cveID,
    vulnerabilityName: cveID,
    dateAdded: '2030-01-02',
    dueDate: '2030-02-02',
    knownRansomwareCampaignUse: campaignUse(),
  })),
});
