package stack_test

import (
	"fmt"
	"strings"
	"testing"
)

// Small templates that ask for much work or memory must be answered all the same, and with few words.
func TestHostileTemplates(t *testing.T) {
	many := func(format string, n int) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, format, i)
		}
		return b.String()
	}
	functions := many("  F%d: {Type: AWS::Serverless::Function, Properties: {CodeUri: x, Environment: {Variables: {A: b}}}}\n", 500)
	variables := many("        V%d: x\n", 20_000)
	for name, template := range map[string]string{
		"globals for many functions": sam("Globals:\n  Function:\n    Environment:\n      Variables:\n" + variables + "Resources:\n" + functions),
		"functions never reached":    sam("Conditions: {No: !Equals [a, b]}\nGlobals:\n  Function:\n    Environment:\n      Fn::If:\n      - No\n      - Variables:\n" + variables + "      - {}\nResources:\n" + functions),
		"unknown keys":               "Resources:\n  G:\n    Type: AWS::Logs::LogGroup\n    Properties:\n" + many("        RetentionInDay%d: x\n", 30_000),
		"unknown names":              "Resources:\n" + many("  SomeResourceWithALongName%d: {Type: AWS::SNS::Topic, Properties: {Tags: [!Ref SomeResourceWithALongNam]}}\n", 500),
		"a long list":                "Parameters: {P: {Type: String, Default: '" + strings.Repeat("a", 4096) + "'}}\nResources: {}\nOutputs:\n" + many("  O%d: {Value: !Join ['', !Split [a, !Sub '${P}${P}${P}${P}${P}${P}${P}${P}${P}']]}\n", 190),
		"a long text":                "Parameters: {P: {Type: String, Default: '" + strings.Repeat("a", 4096) + "'}}\nResources: {}\nOutputs: {O: {Value: !Sub '" + strings.Repeat("${P}", 20_000) + "'}}\n",
		"brackets":                   strings.Repeat("[", 500_000),
		"braces":                     strings.Repeat("{a: ", 200_000),
		"dashes":                     strings.Repeat("- ", 400_000),
		"anchors": "Resources:\n  A: &a [x, x, x, x, x, x, x, x, x]\n" + strings.Join([]string{
			"  B: &b [*a, *a, *a, *a, *a, *a, *a, *a]", "  C: &c [*b, *b, *b, *b, *b, *b, *b, *b]", "  D: [*c, *c, *c, *c, *c, *c, *c, *c]\n",
		}, "\n"),
		"too many resources":  "Resources:\n" + many("  R%d: {Type: AWS::SNS::Topic}\n", 501),
		"too many outputs":    "Resources: {}\nOutputs:\n" + many("  O%d: {Value: x}\n", 201),
		"too many parameters": "Resources: {}\nParameters:\n" + many("  P%d: {Type: String, Default: x}\n", 201),
	} {
		t.Run(name, func(t *testing.T) {
			_, err := load(template)
			if err == nil {
				t.Fatal("got no error")
			}
			if lines := strings.Count(err.Error(), "\n") + 1; lines > 101 {
				t.Errorf("got %d problems, want 101 at most", lines)
			}
		})
	}
}
