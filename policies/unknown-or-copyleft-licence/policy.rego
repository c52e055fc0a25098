# METADATA
# title: Unknown or copyleft licence
# description: >-
#   True when the category of the package's licence is one of `categories`, and also when no licence is known at all
#   while "unknown" is among them. For a choice of licences the category is that of the choice least restrictive.
package cloudsmith

import rego.v1

default match := false

default categories_for(_) := ["unknown", "copyleft", "network-copyleft"]

categories_for(_) := data.parameters.categories if is_array(data.parameters.categories)

# A package without a licence is not a package with a permissive one.
default category := "unknown"

category := input.v1.licence.category if is_string(input.v1.licence.category)

match if category in categories_for(category)

reason contains msg if {
	match
	category == "unknown"
	is_declared
	msg := sprintf("The stated licence, %s, is not one that is known; it passes once a known licence is stated", [input.v1.licence.declared])
}

reason contains "The package states no licence; it passes once a known licence is stated" if {
	match
	category == "unknown"
	not is_declared
}

reason contains msg if {
	match
	category != "unknown"
	msg := sprintf("The licence %s is %s; a package under another kind of licence passes", [input.v1.licence.expression, category])
}

is_declared if is_string(input.v1.licence.declared)
