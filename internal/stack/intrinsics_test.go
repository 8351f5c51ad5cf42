package stack_test

import (
	"strings"
	"testing"
)

const sections = `Parameters:
  Name: {Type: String, Default: ada}
  Empty: {Type: String, Default: ''}
  Many: {Type: CommaDelimitedList, Default: 'a, b ,c'}
Mappings:
  Sizes:
    small: {memory: 128, zones: [x, y]}
Conditions:
  Is: !Equals [a, a]
  Isnt: !Equals [a, A]
Resources:
  Topic: {Type: AWS::SNS::Topic}
  Group: {Type: AWS::Logs::LogGroup, Properties: {LogGroupName: /g}}
  Gone: {Type: AWS::SNS::Topic, Condition: Isnt}
`

func TestIntrinsics(t *testing.T) {
	for name, test := range map[string]struct{ expression, want string }{
		"Ref of a parameter":                     {"!Ref Name", "ada"},
		"Ref in the long form":                   {"{Ref: Name}", "ada"},
		"Ref of a pseudo parameter":              {"!Ref AWS::Region", "local"},
		"Ref of a resource":                      {"!Ref Group", "/g"},
		"GetAtt as a string":                     {"!GetAtt Group.Arn", "arn:aws:logs:local:000000000000:log-group:/g:*"},
		"GetAtt as a list":                       {"!GetAtt [Group, Arn]", "arn:aws:logs:local:000000000000:log-group:/g:*"},
		"GetAtt in the long form":                {"{'Fn::GetAtt': [Group, Arn]}", "arn:aws:logs:local:000000000000:log-group:/g:*"},
		"Sub":                                    {"!Sub '${Name}-${AWS::StackName}-${Group}-${Group.Arn}'", "ada-todo-/g-arn:aws:logs:local:000000000000:log-group:/g:*"},
		"Sub of a literal":                       {"!Sub '${!Name} $Name {Name}'", "${Name} $Name {Name}"},
		"Sub with names of its own, which win":   {"!Sub ['${Name}-${Other}', {Name: eve, Other: !Ref Empty}]", "eve-"},
		"Sub in the long form over lines":        {"{'Fn::Sub': \"${Name}\\n\"}", "ada\n"},
		"Join":                                   {"!Join ['-', [a, !Ref Name]]", "a-ada"},
		"Join of a list parameter":               {"!Join ['', !Ref Many]", "abc"},
		"Join of nothing":                        {"!Join [',', []]", ""},
		"Select":                                 {"!Select [1, [a, b]]", "b"},
		"Select by a string, of a Split":         {"!Select ['2', !Split ['/', a/b/c]]", "c"},
		"FindInMap":                              {"!FindInMap [Sizes, small, memory]", "128"},
		"FindInMap of a list, by names made up":  {"!Select [0, !FindInMap [Sizes, !Sub 'sm${Empty}all', zones]]", "x"},
		"If":                                     {"!If [Is, !Ref Name, other]", "ada"},
		"If not; strings differ by case":         {"!If [Isnt, !Ref Name, other]", "other"},
		"If to NoValue within a list":            {"!Join ['-', [a, !If [Isnt, b, !Ref AWS::NoValue], c]]", "a-c"},
		"Ref of what is absent, but not reached": {"!If [Isnt, !Ref Gone, other]", "other"},
		"pseudo parameters":                      {"!Sub '${AWS::AccountId} ${AWS::Partition} ${AWS::URLSuffix}'", "000000000000 aws amazonaws.com"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := evaluate(t, sections, test.expression); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestIntrinsicsThatCannotBe(t *testing.T) {
	for name, test := range map[string]struct{ expression, want string }{
		"Ref of nothing":                      {"!Ref Nam", "there is no parameter or resource Nam (did you mean Name?)"},
		"Ref without a name":                  {"!Ref [Name]", "Ref takes a literal name"},
		"a pseudo parameter that is none":     {"!Ref AWS::Regio", "there is no parameter or resource AWS::Regio"},
		"a pseudo parameter, prefix dropped":  {"!Ref Region", "there is no parameter or resource Region"},
		"Ref of an absent resource":           {"!Ref Gone", "Gone does not exist, because its condition Isnt is false"},
		"GetAtt of an absent resource":        {"!GetAtt Gone.TopicName", "Gone does not exist, because its condition Isnt is false"},
		"GetAtt without an attribute":         {"!GetAtt Group", "Fn::GetAtt takes a resource's name and an attribute"},
		"GetAtt of an unknown attribute":      {"!GetAtt Group.Arm", "Group (AWS::Logs::LogGroup) has no attribute Arm (did you mean Arn?)"},
		"GetAtt of a parameter":               {"!GetAtt Name.Arn", "there is no parameter or resource Name"},
		"Sub of an unknown name":              {"!Sub '${Nam}'", "there is no parameter or resource Nam (did you mean Name?)"},
		"Sub of an unknown attribute":         {"!Sub '${Group.Name}'", "Group (AWS::Logs::LogGroup) has no attribute Name"},
		"Sub of a list":                       {"!Sub '${Many}'", "must be a string here, not a list"},
		"Sub of a malformed name":             {"!Sub '${ Name }'", "${ Name }: a name in Fn::Sub holds only"},
		"Sub of a computed string":            {"!Sub [!Ref Name, {}]", "Fn::Sub takes a literal string"},
		"Join with a computed delimiter":      {"!Join [!Ref Name, [a]]", "the delimiter must be a literal string"},
		"Join of a string":                    {"!Join ['', abc]", "must be a list here, not a string"},
		"Join of lists":                       {"!Join ['', [[a]]]", "must be a string here, not a list"},
		"Split by nothing":                    {"!Split ['', a]", "the delimiter must be a literal string, and not empty"},
		"Select beyond the end":               {"!Select [3, !Ref Many]", `Fn::Select: there is no item "3" in a list of 3`},
		"Select by a word":                    {"!Select [one, !Ref Many]", `Fn::Select: there is no item "one" in a list of 3`},
		"Select of a string":                  {"!Select [0, abc]", "must be a list here, not a string"},
		"FindInMap of an unknown mapping":     {"!FindInMap [Size, small, memory]", `Fn::FindInMap: there is no "Size" in Mappings (did you mean Sizes?)`},
		"FindInMap of an unknown key":         {"!FindInMap [Sizes, smal, memory]", `Fn::FindInMap: there is no "smal" in Mappings.Sizes (did you mean small?)`},
		"FindInMap of too little":             {"!FindInMap [Sizes, small]", "Fn::FindInMap takes a mapping's name and two keys"},
		"If with an unknown condition":        {"!If [Iss, a, b]", "there is no condition Iss (did you mean Is?)"},
		"If with two arguments":               {"!If [Is, a]", "Fn::If takes a condition's name and two values"},
		"a name unknown where If does not go": {"!If [Is, a, !Sub 'x${Nam}']", "there is no parameter or resource Nam"},
		"Equals outside Conditions":           {"!Equals [a, b]", "Fn::Equals may stand only in Conditions"},
		"ImportValue":                         {"!ImportValue x", "Fn::ImportValue is not run here"},
		"a function that is none":             {"{'Fn::Jion': [a, b]}", "Fn::Jion is not run here"},
		"a function beside something":         {"{Ref: Name, Other: x}", "Ref must stand alone in its mapping"},
		"NoValue where a value must be":       {"!Join ['', [!Sub ['${A}', {A: !Ref AWS::NoValue}]]]", "AWS::NoValue cannot stand here"},
		"a list as an output":                 {"!Ref Many", "must be a string, not a list"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := load(withOutput(sections, test.expression))
			if err == nil {
				t.Fatal("got no error")
			}
			first, _, _ := strings.Cut(err.Error(), "\n")
			if !strings.HasPrefix(first, "t.yaml:19: Outputs.Out") || !strings.Contains(first, ": "+test.want) {
				t.Errorf("got  %s\nwant t.yaml:19: Outputs.Out…: %s", first, test.want)
			}
		})
	}
}

func TestConditions(t *testing.T) {
	const parameters = "Parameters:\n  Env: {Type: String, Default: dev}\n"
	for name, test := range map[string]struct{ condition, want string }{
		"Equals":                    {"!Equals [!Ref Env, dev]", "yes"},
		"Equals of a boolean":       {"!Equals [true, 'true']", "yes"},
		"Equals of a number":        {"!Equals [1, '1']", "yes"},
		"Not":                       {"!Not [!Equals [!Ref Env, dev]]", "no"},
		"And":                       {"!And [!Equals [a, a], !Equals [a, b]]", "no"},
		"Or":                        {"!Or [!Equals [a, b], !Equals [a, a]]", "yes"},
		"another condition":         {"!Not [!Condition Never]", "yes"},
		"another, in the long form": {"!And [{Condition: Never}, {Condition: Never}]", "no"},
		"the region":                {"!Equals [!Ref AWS::Region, local]", "yes"},
		"a part of a joined value":  {"!Equals [!Join ['', [d, ev]], !Ref Env]", "yes"},
	} {
		t.Run(name, func(t *testing.T) {
			conditions := "Conditions:\n  Never: !Equals [a, b]\n  It: " + test.condition
			if got := evaluate(t, parameters+conditions, "!If [It, 'yes', 'no']"); got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
}

func TestConditionsThatCannotBe(t *testing.T) {
	for name, test := range map[string]struct{ conditions, want string }{
		"a circle":           {"  A: !Condition B\n  B: !Not [!Condition A]", "3: Conditions.B[0]: condition A depends on itself"},
		"a resource":         {"  A: !Equals [!Ref T, x]", "2: Conditions.A[0]: there is no parameter T; a condition cannot refer to resources"},
		"a string":           {"  A: 'true'", "2: Conditions.A: must be one of Fn::Equals"},
		"a function of text": {"  A: !Sub x", "2: Conditions.A: Fn::Sub is no condition"},
		"If":                 {"  A: !Equals [!If [A, b, c], b]", "2: Conditions.A[0]: Fn::If cannot stand in Conditions"},
		"Not of two":         {"  A: !Not [!Equals [a, a], !Equals [a, a]]", "2: Conditions.A: Fn::Not takes a list of 1 to 1 conditions"},
		"And of one":         {"  A: !And [!Equals [a, a]]", "2: Conditions.A: Fn::And takes a list of 2 to 10 conditions"},
		"Equals of three":    {"  A: !Equals [a, a, a]", "2: Conditions.A: Fn::Equals takes a list of two values"},
		"Equals of a list":   {"  A: !Equals [[a], a]", "2: Conditions.A[0]: must be a string here, not a list"},
		"an unknown one":     {"  A: !Not [!Condition C]", "2: Conditions.A[0]: there is no condition C"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := load("Conditions:\n" + test.conditions + "\nResources:\n  T: {Type: AWS::SNS::Topic}\n")
			wantProblems(t, err, test.want)
		})
	}
}

func TestResourcesAndOutputsWhoseConditionIsFalse(t *testing.T) {
	s := mustLoad(t, `
Conditions: {Isnt: !Equals [a, b]}
Resources:
  Here: {Type: AWS::SNS::Topic, DependsOn: Gone}
  Gone: {Type: AWS::SNS::Topic, Condition: Isnt, Properties: {TopicName: !Ref Here}}
Outputs:
  Here: {Value: !Ref Here}
  Gone: {Condition: Isnt, Value: !Ref Gone}
`)
	if len(s.Resources) != 1 || s.Resources[0].LogicalID != "Here" {
		t.Errorf("got resources %v, want Here alone", s.Resources)
	}
	if len(s.Outputs) != 1 || s.Outputs[0].Name != "Here" {
		t.Errorf("got outputs %v, want Here alone", s.Outputs)
	}
	_, err := load(`
Conditions: {Isnt: !Equals [a, b]}
Resources:
  Gone: {Type: AWS::SNS::Topic, Condition: Isnt, Properties: {TopicName: !Ref Nobody}}
Outputs:
  Gone: {Condition: Isnt, Value: !GetAtt Nobody.Arn}
`)
	wantProblems(t, err, "4: Resources.Gone.Properties.TopicName: there is no parameter or resource Nobody", "6: Outputs.Gone.Value: there is no parameter or resource Nobody")
}

func TestCirclesOfReferences(t *testing.T) {
	_, err := load(`Resources:
  A: {Type: AWS::Logs::LogGroup, Properties: {LogGroupName: !Sub '${B}-a'}}
  B: {Type: AWS::Logs::LogGroup, Properties: {LogGroupName: !GetAtt C.Arn}}
  C: {Type: AWS::Logs::LogGroup, DependsOn: [A]}
  Self: {Type: AWS::Logs::LogGroup, Properties: {LogGroupName: !Ref Self}}
`)
	wantProblems(t, err,
		"4: Resources.C.DependsOn[0]: closes a circle of references: A -> B -> C -> A",
		"5: Resources.Self.Properties.LogGroupName: closes a circle of references: Self -> Self")
	_, err = load("Resources:\n  A: {Type: AWS::SNS::Topic, DependsOn: Nobody}\n")
	wantProblems(t, err, "2: Resources.A.DependsOn: there is no parameter or resource Nobody")
}

func TestExpansionIsBounded(t *testing.T) {
	var b strings.Builder
	b.WriteString("Resources:\n  G0: {Type: AWS::Logs::LogGroup, Properties: {LogGroupName: xxxxxxxxxxxxxxxx}}\n")
	previous := "G0"
	for i := 1; i < 40; i++ {
		next := "G" + strings.Repeat("1", i)
		b.WriteString("  " + next + ": {Type: AWS::Logs::LogGroup, Properties: {LogGroupName: !Sub '${" + previous + "}${" + previous + "}'}}\n")
		previous = next
	}
	_, err := load(b.String())
	if err == nil || !strings.Contains(err.Error(), "what the template comes to is larger than") {
		t.Errorf("got %v, want an error about the size", err)
	}
}
