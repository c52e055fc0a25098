# METADATA
# title: Prefixed
# description: True when the licence begins with one of `prefixes`, by a built-in that the host supplies.
package cloudsmith

import rego.v1

default match := false

match if strings.any_prefix_match(input.v1.licence.expression, data.parameters.prefixes)

reason contains sprintf("The licence is %s", [input.v1.licence.expression]) if match
