# METADATA
# title: GPL licence
# description: >-
#   True when the package can only be used under a licence of the GPL family (identifiers that begin with one of
#   `prefixes`). A plain choice such as "MIT OR GPL-2.0-only" is not true: the other licence may be chosen. An
#   expression with parentheses is true as soon as it names a GPL licence, so that a person reads it.
package cloudsmith

import rego.v1

default match := false

default prefixes_for(_) := ["GPL-"]

prefixes_for(_) := data.parameters.prefixes if is_array(data.parameters.prefixes)

match if demanded

reason contains msg if {
	demanded
	msg := sprintf("The licence is %s, and %s may not be used here; another version or package under a permissive licence passes", [
		stated,
		concat(" and ", sort({id | some id in input.v1.licence.ids; is_gpl(id)})),
	])
}

# A text that is not understood as a whole has no expression, and ids where it names copyleft: nobody can choose another.
default stated := "not understood"

stated := input.v1.licence.expression if has_expression

has_expression if is_string(input.v1.licence.expression)

stated := input.v1.licence.declared if {
	not has_expression
	is_string(input.v1.licence.declared)
}

demanded if {
	some id in input.v1.licence.ids
	is_gpl(id)
	not may_choose_another
}

may_choose_another if {
	not contains(input.v1.licence.expression, "(")
	some alternative in split(input.v1.licence.expression, " OR ")
	not names_gpl(alternative)
}

names_gpl(alternative) if {
	some word in split(alternative, " ")
	is_gpl(word)
}

is_gpl(id) if {
	some prefix in prefixes_for(id)
	startswith(upper(id), upper(prefix))
}
