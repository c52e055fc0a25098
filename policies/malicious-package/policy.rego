# METADATA
# title: Malicious package
# description: >-
#   True when the package is reported as malicious: an OSV record named MAL- speaks of this version, or the facts say
#   so outright. There is no parameter: nothing makes malware acceptable.
package cloudsmith

import rego.v1

default match := false

match if input.v1.malicious == true

match if reported

reason contains msg if {
	some record in input.v0.osv
	is_report(record)
	msg := sprintf("Reported as malicious in %s: do not install it, and treat machines that did as compromised", [report(record)])
}

reason contains "Reported as malicious: do not install it, and treat machines that did as compromised" if {
	input.v1.malicious == true
	not reported
}

reported if {
	some record in input.v0.osv
	is_report(record)
}

is_report(record) if startswith(record.id, "MAL-")

is_report(record) if {
	some alias in record.aliases
	startswith(alias, "MAL-")
}

report(record) := record.id if {
	startswith(record.id, "MAL-")
} else := [alias | some alias in record.aliases; startswith(alias, "MAL-")][0]
