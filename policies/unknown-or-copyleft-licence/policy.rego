# METADATA
# title: Unknown or copyleft licence
# description: >-
#   True when the category of the package's licence is one of `categories`, and also when no licence is known at all
#   while "unknown" is among them. For a choice of licences the category is that of the choice least restrictive.
package cloudsmith

import rego.v1

default match := false

default categories := ["unknown", "copyleft", "network-copyleft"]

categories := data.parameters.categories if is_array(data.parameters.categories)

# A package without a licence is not a package with a permissive one.
default category := "unknown"

category := input.v1.licence.category if is_string(input.v1.licence.category)

match if category in categories

reason contains msg if {
	category in categories
	category == "unknown"
	msg := sprintf("%s; it passes once a known licence is stated", [unknown])
}

reason contains msg if {
	category in categories
	category != "unknown"
	msg := sprintf("The licence %s is %s; a package under another kind of licence passes", [input.v1.licence.expression, category])
}

default unknown := "The package states no licence"

unknown := sprintf("The stated licence, %s, is not one that is known", [input.v1.licence.declared]) if {
	is_string(input.v1.licence.declared)
}
