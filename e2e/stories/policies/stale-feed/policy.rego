# METADATA
# title: Stale feed
# description: True when the feed named `feed` was not loaded within `hours` hours, or never.
package cloudsmith

import rego.v1

default match := false

match if not is_fresh

reason contains sprintf("The feed %s is stale", [data.parameters.feed]) if not is_fresh

is_fresh if {
	loaded := time.parse_rfc3339_ns(input.v1.freshness[data.parameters.feed].loadedAt)
	time.now_ns() < loaded + (data.parameters.hours * 3600000000000)
}
