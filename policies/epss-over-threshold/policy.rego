# METADATA
# title: EPSS at or over a threshold
# description: >-
#   True when a vulnerability of the package has an EPSS score at or over `threshold`. A score counts by itself: no
#   vendor severity and no CVSS score is needed. A vulnerability that EPSS does not score yet cannot match.
package cloudsmith

import rego.v1

default match := false

default threshold_for(_) := 0.2

threshold_for(_) := data.parameters.threshold if is_number(data.parameters.threshold)

match if {
	some vulnerability in input.v0.vulnerabilities
	reaches_threshold(vulnerability)
}

reason contains msg if {
	some vulnerability in input.v0.vulnerabilities
	reaches_threshold(vulnerability)
	msg := sprintf("%s has an EPSS score of %v, at or over the limit of %v; %s", [
		vulnerability.identifier,
		vulnerability.epss.score,
		threshold_for(vulnerability),
		cure(vulnerability),
	])
}

# A score that is text would be larger than every number in Rego's order.
reaches_threshold(vulnerability) if {
	is_number(vulnerability.epss.score)
	vulnerability.epss.score >= threshold_for(vulnerability)
}

cure(vulnerability) := sprintf("fixed in %s", [concat(", ", vulnerability.patched_versions)]) if {
	count(vulnerability.patched_versions) > 0
} else := "no fixed version is known"
