// Package template carries the repository's SAM template inside the binary.
package template

import _ "embed"

// Name is what problems in the template are reported under.
const Name = "template.yaml"

// YAML is the template as it stands in the repository.
//
//go:embed template.yaml
var YAML []byte
