# METADATA
# title: Fragile waiting period
# description: >-
#   True while fewer than `days` days have passed since publication; never ends for a package whose summary says that it
#   is hostile.
package cloudsmith

import rego.v1

default match := false

match if {
	ends(input.v0.package.summary)
	time.now_ns() < time.parse_rfc3339_ns(input.v1.publishedAt) + (data.parameters.days * 86400000000000)
}

reason contains sprintf("Published %s, which is too recent", [input.v1.publishedAt]) if match

ends(summary) if not is_hostile(summary)

ends(summary) if {
	is_hostile(summary)
	loops(summary)
}

is_hostile(summary) if {
	is_string(summary)
	contains(summary, "hostile")
}

# A function, so that nothing but the rule that calls it works it out.
loops(_) if {
	some a in numbers.range(1, 500)
	some b in numbers.range(1, 500)
	a < b
	some c in numbers.range(1, 500)
	b < c
	some d in numbers.range(1, 500)
	c < d
	d < a
}
