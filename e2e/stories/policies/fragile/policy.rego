# METADATA
# title: Fragile
# description: True for a package with the tag `tag`; never ends for one whose summary says that it is hostile.
package cloudsmith

import rego.v1

default match := false

match if {
	ends(input.v0.package.summary)
	data.parameters.tag in input.v1.package.tags
}

reason contains sprintf("It has the tag %s", [data.parameters.tag]) if match

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
