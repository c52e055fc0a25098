// Orders the versions of standard input as Go does: "semver" by golang.org/x/mod/semver, "go-releases" by go/version.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"go/version"
	"os"
	"regexp"
	"sort"

	"golang.org/x/mod/semver"
)

func main() {
	compare := version.Compare
	isValid := version.IsValid
	if os.Args[1] == "semver" {
		compare = func(a, b string) int { return semver.Compare("v"+a, "v"+b) }
		isValid = func(text string) bool { return semver.IsValid("v" + text) }
	}
	var texts []string
	for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
		if !isValid(lines.Text()) {
			panic("not valid: " + lines.Text())
		}
		texts = append(texts, lines.Text())
	}
	sort.SliceStable(texts, func(i, j int) bool { return compare(texts[i], texts[j]) < 0 })
	var groups [][]string
	for i, text := range texts {
		if i == 0 || compare(texts[i-1], text) != 0 {
			groups = append(groups, nil)
		}
		last := len(groups) - 1
		groups[last] = append(groups[last], text)
		if os.Args[1] == "go-releases" {
			groups[last] = append(groups[last], semanticForm(text))
		}
	}
	fmt.Print("[")
	for i, group := range groups {
		if i > 0 {
			fmt.Print(",\n")
		}
		text, _ := json.Marshal(group)
		fmt.Print(string(text))
	}
	fmt.Println("]")
}

var release = regexp.MustCompile(`^go(\d+)(?:\.(\d+))?(?:\.(\d+))?(?:(beta|rc)(\d+))?$`)

// semanticForm is the version as advisories of golang/vulndb write it: go1.21rc3 is 1.21.0-rc.3.
func semanticForm(text string) string {
	parts := release.FindStringSubmatch(text)
	for i := 2; i <= 3; i++ {
		if parts[i] == "" {
			parts[i] = "0"
		}
	}
	form := parts[1] + "." + parts[2] + "." + parts[3]
	if parts[4] != "" {
		form += "-" + parts[4] + "." + parts[5]
	}
	return form
}
