package stack_test

import (
	"errors"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"example.com/todo/internal/stack"
)

// here is a machine that serves everything on one address.
var here = stack.Local{
	API: "http://localhost:8080", Domain: "http://localhost:8080/auth", Issuer: "http://localhost:8080/auth", App: "http://localhost:8080",
}

func load(template string, parameters ...string) (*stack.Stack, error) {
	opts := stack.Options{File: "t.yaml", Local: here, Parameters: map[string]string{}}
	for _, p := range parameters {
		name, value, _ := strings.Cut(p, "=")
		opts.Parameters[name] = value
	}
	return stack.Load([]byte(template), opts)
}

func mustLoad(t *testing.T, template string, parameters ...string) *stack.Stack {
	t.Helper()
	s, err := load(template, parameters...)
	if err != nil {
		t.Fatalf("got the error\n%v\nwant a stack", err)
	}
	return s
}

// sam puts the lines that every serverless template has before sections of one. They take one line.
func sam(sections string) string { return "Transform: AWS::Serverless-2016-10-31\n" + sections }

// evaluate is the value of an output made of an expression, in a template with these other sections.
func evaluate(t *testing.T, sections, expression string, parameters ...string) string {
	t.Helper()
	s := mustLoad(t, withOutput(sections, expression), parameters...)
	return s.Outputs[0].Value
}

func withOutput(sections, expression string) string {
	if !strings.Contains(sections, "Resources:") {
		sections += "\nResources: {}\n"
	}
	return sam(sections + "\nOutputs:\n  Out:\n    Value: " + expression + "\n")
}

// wantProblems compares the error of a load with what its lines begin with, after the file's name: "line: path:
// message", in which … stands for anything.
func wantProblems(t *testing.T, err error, want ...string) {
	t.Helper()
	var failed *stack.Error
	if !errors.As(err, &failed) {
		t.Fatalf("got error %v, want a *stack.Error", err)
	}
	got := strings.Split(err.Error(), "\n")
	if len(got) != len(want) {
		t.Fatalf("got %d problems, want %d:\n%s", len(got), len(want), err)
	}
	for i := range want {
		if !matches(got[i], want[i]) {
			t.Errorf("got  %s\nwant t.yaml:%s", got[i], want[i])
		}
	}
}

func matches(got, want string) bool {
	pattern := strings.ReplaceAll(regexp.QuoteMeta("t.yaml:"+want), "…", ".*")
	return regexp.MustCompile("^" + pattern).MatchString(got)
}

func repository(t testing.TB) []byte {
	t.Helper()
	content, err := os.ReadFile("../../template.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return content
}

func TestTemplateThatIsNoTemplate(t *testing.T) {
	deep := strings.Repeat("[", 70) + strings.Repeat("]", 70)
	for name, test := range map[string]struct {
		template string
		want     []string
	}{
		"empty":                  {"", []string{" is empty"}},
		"only a comment":         {"# nothing\n", []string{" is empty"}},
		"a list":                 {"- 1\n", []string{"1: must be a mapping"}},
		"not YAML":               {"Resources:\n  a: [\n", []string{"…is not YAML"}},
		"a line too far left":    {"Resources:\n  A:\n    Type: x\n   Metadata: {}\n  B: {}\n", []string{"4: is not YAML: did not find expected key"}},
		"an item too far left":   {"Resources:\n  A:\n    - a\n    - b\n   - c\n", []string{"5: is not YAML: did not find expected"}},
		"a tab":                  {"Resources:\n  A:\n    Type: x\n\tMetadata: {}\n", []string{"4: is not YAML: found a tab character"}},
		"a list that has no end": {"Resources:\n  A: [1, 2\n  B: 3\n", []string{"2: is not YAML: did not find expected ',' or ']'"}},
		"a map that has no end":  {"Resources:\n  A: {a: 1\nB: 3\n", []string{"2: is not YAML: did not find expected ',' or '}'"}},
		"two documents":          {"Resources: {}\n---\nResources: {}\n", []string{"2: holds more than one YAML document"}},
		"no resources":           {"Description: x\n", []string{"1: Resources: is missing"}},
		"an unknown section":     {"Resources: {}\nOutput: {}\n", []string{"2: Output: is not a section of a template (did you mean Outputs?)"}},
		"a section that is none": {"Resources: []\n", []string{"1: Resources: must be a mapping, not a list"}},
		"another version":        {"AWSTemplateFormatVersion: 2011-09-09\nResources: {}\n", []string{"1: AWSTemplateFormatVersion: must be 2010-09-09"}},
		"a key twice":            {"Resources:\n  A: {Type: AWS::SNS::Topic}\n  A: {Type: AWS::SNS::Topic}\n", []string{"3: Resources.A: is given twice; first in line 2"}},
		"an alias":               {"Resources: &r {}\nMappings: *r\n", []string{"2: Mappings: is a YAML alias"}},
		"a merge key":            {"Resources: {}\nOutputs:\n  <<: {}\n", []string{"3: Outputs: has a key that is not a plain string"}},
		"a null":                 {"Resources:\n  A:\n    Type: AWS::SNS::Topic\n    Properties:\n      TopicName:\n", []string{"5: Resources.A.Properties.TopicName: has no value"}},
		"an unknown tag":         {"Resources: {}\nOutputs:\n  A: {Value: !Reff x}\n", []string{"3: Outputs.A.Value: unknown tag !Reff"}},
		"too deep":               {"Resources: {}\nMetadata: " + deep + "\n", []string{"2: Metadata…: is nested more than 64 deep"}},
		"too long":               {"#" + strings.Repeat("x", 1<<20), []string{" is 1048577 bytes long"}},
		"another transform":      {"Transform: [AWS::Serverless-2016-10-31, AWS::LanguageExtensions]\nResources: {}\n", []string{"1: Transform[1]: only AWS::Serverless-2016-10-31 is run here"}},
		"no transform": {
			"Globals: {Function: {Timeout: 3}}\nResources:\n  F:\n    Type: AWS::Serverless::Function\n    Properties: {CodeUri: x}\n",
			[]string{"1: Globals: needs Transform: AWS::Serverless-2016-10-31", "4: Resources.F.Type: AWS::Serverless::Function needs Transform"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := load(test.template)
			wantProblems(t, err, test.want...)
		})
	}
}

func TestScalarsAreTheStringsThatCloudFormationMakes(t *testing.T) {
	for written, want := range map[string]string{
		"2012-10-17": "2012-10-17", "true": "true", "True": "true", "yes": "true", "off": "false", `"off"`: "off", "'yes'": "yes",
		"1": "1", "1.0": "1.0", "-2.5e3": "-2.5e3", "012345678901": "012345678901", "3.0.1": "3.0.1", "!!str 0755": "0755",
	} {
		if got := evaluate(t, "", written); got != want {
			t.Errorf("%s: got %q, want %q", written, got, want)
		}
	}
	for _, written := range []string{"0755", "0x1f", "0b11", "1_000", "22:30"} {
		_, err := load(withOutput("", written))
		wantProblems(t, err, fmt.Sprintf("7: Outputs.Out.Value: is a number to CloudFormation, but not the one it looks like: put %s in quotes", written))
	}
}

func TestProblemsAreLinesInOrderAndBounded(t *testing.T) {
	var b strings.Builder
	b.WriteString("Resources: {}\nOutputs:\n")
	for i := range 200 {
		fmt.Fprintf(&b, "  A%d: {Value: !Ref Nobody}\n", i)
	}
	_, err := load(b.String())
	lines := strings.Split(err.Error(), "\n")
	if len(lines) != 101 {
		t.Fatalf("got %d problems, want 100 and a word about the rest", len(lines))
	}
	if want := "t.yaml:3: Outputs.A0.Value: there is no parameter or resource Nobody"; lines[0] != want {
		t.Errorf("got  %s\nwant %s", lines[0], want)
	}
	if want := "t.yaml: there are more problems than these"; lines[100] != want {
		t.Errorf("got  %s\nwant %s", lines[100], want)
	}
	_, err = load("Resources: {}\n\"Out\\nputs\\e[31m\": {}\n")
	if strings.ContainsAny(err.Error(), "\n\x1b") {
		t.Errorf("got a problem with control characters: %q", err)
	}
}

func TestStackName(t *testing.T) {
	_, err := stack.Load([]byte("Resources: {}"), stack.Options{File: "t.yaml", StackName: "9 lives"})
	wantProblems(t, err, ` the stack's name "9 lives" must start with a letter`)
}
