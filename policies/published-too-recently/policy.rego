# METADATA
# title: Published too recently
# description: >-
#   True while fewer than `days` days have passed since the version was published upstream. When the date is missing
#   or unreadable, `missing_date` decides: "closed" is true, "open" is false.
package cloudsmith

import rego.v1

default match := false

default days_after(_) := 7

days_after(_) := data.parameters.days if is_number(data.parameters.days)

match if passed == false

match if undated

reason contains msg if {
	passed == false
	msg := sprintf("Published %s, less than %v days ago; it passes from %s", [
		input.v1.publishedAt,
		days_after(input.v1),
		time.format([passes_ns(input.v1), "UTC", "2006-01-02T15:04:05Z"]),
	])
}

reason contains "The date of publication is unknown, so the waiting period cannot be checked; a registry event with publishedAt settles it" if undated

# Whether the waiting period is over; null when nobody can tell.
default passed := null

passed := time.now_ns() >= passes_ns(input.v1)

undated if {
	passed == null
	not data.parameters.missing_date == "open"
}

passes_ns(facts) := time.parse_rfc3339_ns(facts.publishedAt) + (days_after(facts) * 86400000000000) if is_string(facts.publishedAt)
