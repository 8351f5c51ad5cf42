package stack_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestGlobalsAreMergedAsSAMDoes(t *testing.T) {
	s := mustLoad(t, sam(`Globals:
  Function:
    Timeout: 10
    Handler: bootstrap
    CodeUri: {Bucket: b, Key: k}
    Environment:
      Variables:
        A: global
        B: !Ref AWS::StackName
        C: global
  Api:
    MethodSettings:
      - {ResourcePath: /a, HttpMethod: GET}
Resources:
  Api:
    Type: AWS::Serverless::Api
    Properties:
      StageName: s
      MethodSettings:
        - {ResourcePath: /b, HttpMethod: GET}
  F:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: ./f
      Timeout: 5
      Environment:
        Variables:
          A: !Ref AWS::Region
          B: own
          D: own
  Alone:
    Type: AWS::Serverless::Function
    IgnoreGlobals: [Timeout, CodeUri]
    Properties: {CodeUri: ./alone}
  Bare:
    Type: AWS::Serverless::Function
    IgnoreGlobals: '*'
    Properties: {CodeUri: ./bare}
`))
	f, alone, bare := s.Functions[0], s.Functions[1], s.Functions[2]
	if want := map[string]string{"A": "local", "B": "own", "C": "global", "D": "own"}; !cmp.Equal(f.Environment, want) {
		t.Errorf("environment: %s", cmp.Diff(want, f.Environment))
	}
	if f.Timeout != 5*time.Second || f.Handler != "bootstrap" || f.CodeURI != "./f" {
		t.Errorf("got timeout %s, handler %q, code %q; want 5s, bootstrap, ./f", f.Timeout, f.Handler, f.CodeURI)
	}
	if alone.Timeout != 3*time.Second || alone.Handler != "bootstrap" {
		t.Errorf("ignoring some: got timeout %s, handler %q; want 3s, bootstrap", alone.Timeout, alone.Handler)
	}
	if bare.Handler != "" || bare.Environment != nil {
		t.Errorf("ignoring all: got handler %q, environment %v; want none", bare.Handler, bare.Environment)
	}
	var paths []string
	for _, m := range s.APIs[0].Methods {
		paths = append(paths, m.ResourcePath)
	}
	if want := []string{"/a", "/b"}; !cmp.Equal(paths, want) {
		t.Errorf("lists: got %v, want %v: the global items first", paths, want)
	}
}

func TestGlobalsThatCannotBe(t *testing.T) {
	const none = "  T: {Type: AWS::SNS::Topic}\n"
	const two = "  A: {Type: AWS::Serverless::Function, Properties: {CodeUri: a}}\n  B: {Type: AWS::Serverless::Function, Properties: {CodeUri: b}}\n"
	for name, test := range map[string]struct {
		globals, resources, want string
	}{
		"a section that is none":   {"Functions: {Timeout: 3}", none, "2: Globals.Functions: Globals has no section Functions (did you mean Function?)"},
		"a property not for all":   {"Function: {Policies: []}", none, "2: Globals.Function.Policies: is not a property that Globals can set for Function"},
		"a misspelt property":      {"Function: {TimeOut: 3}", none, "2: Globals.Function.TimeOut: is not a property that Globals can set for Function (did you mean Timeout?)"},
		"a misspelling further in": {"Function: {Environment: {Variable: {}}}", two, "2: Globals.Function.Environment.Variable: is not known here (did you mean Variables?)"},
		"a bad value, once":        {"Function: {Timeout: long}", two, "2: Globals.Function.Timeout: must be a whole number from 1 to 900, not \"long\""},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := load(sam("Globals: {" + test.globals + "}\nResources:\n" + test.resources))
			wantProblems(t, err, test.want)
		})
	}
}
