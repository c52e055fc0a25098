# METADATA
# title: Unknown or copyleft licence
# description: >-
#   True when one of the licences that bind the user of a package is of one of `categories`, and also when no licence is
#   known at all while "unknown" is among them. Of a choice of licences the least restrictive counts.
package cloudsmith

import rego.v1

default match := false

default categories_for(_) := ["unknown", "copyleft", "network-copyleft"]

categories_for(_) := data.parameters.categories if is_array(data.parameters.categories)

# A package without a licence is not a package with a permissive one.
default stated := ["unknown"]

stated := input.v1.licence.categories if has_categories

has_categories if is_array(input.v1.licence.categories)

# Facts of versions before name the strictest alone.
stated := [input.v1.licence.category] if {
	not has_categories
	is_string(input.v1.licence.category)
}

refused contains category if {
	some category in stated
	category in categories_for(category)
}

match if count(refused) > 0

reason contains msg if {
	"unknown" in refused
	is_declared
	msg := sprintf("The stated licence, %s, is not one that is known; it passes once a known licence is stated", [input.v1.licence.declared])
}

reason contains "The package states no licence; it passes once a known licence is stated" if {
	"unknown" in refused
	not is_declared
}

reason contains msg if {
	some category in refused
	category != "unknown"
	msg := sprintf("The licence %s is %s; a package under another kind of licence passes", [named, category])
}

default named := "that is stated"

named := input.v1.licence.expression if has_expression

has_expression if is_string(input.v1.licence.expression)

named := input.v1.licence.declared if {
	not has_expression
	is_declared
}

is_declared if is_string(input.v1.licence.declared)
