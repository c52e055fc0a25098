# METADATA
# title: Tagged
# description: True for a package with the tag `tag`.
package cloudsmith

import rego.v1

default match := false

match if data.parameters.tag in input.v1.package.tags

reason contains sprintf("It has the tag %s", [data.parameters.tag]) if match
