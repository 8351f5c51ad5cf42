package stack_test

import (
	"strings"
	"testing"
)

func TestParameterValues(t *testing.T) {
	for name, test := range map[string]struct {
		parameter, given, want string
	}{
		"a default":                        {"{Type: String, Default: a}", "", "a"},
		"a default that is a boolean":      {"{Type: String, Default: true}", "", "true"},
		"a default that is a date":         {"{Type: String, Default: 2020-01-01}", "", "2020-01-01"},
		"a given value":                    {"{Type: String, Default: a}", "P=b", "b"},
		"an empty given value":             {"{Type: String, Default: a}", "P=", ""},
		"a number as it is written":        {"{Type: Number, Default: 1.50}", "", "1.50"},
		"a pattern for the whole value":    {"{Type: String, AllowedPattern: 'a|b'}", "P=b", "b"},
		"a pattern that looks ahead":       {"{Type: String, AllowedPattern: '(?=.*[0-9]).{4,}'}", "P=abc1", "abc1"},
		"limits of a number":               {"{Type: Number, MinValue: 1, MaxValue: 10}", "P=10", "10"},
		"limits of a length in characters": {"{Type: String, MinLength: 2, MaxLength: 2}", "P=éé", "éé"},
		"an id of AWS":                     {"{Type: 'AWS::EC2::VPC::Id'}", "P=vpc-1", "vpc-1"},
		"allowed numbers":                  {"{Type: Number, AllowedValues: [1, 30]}", "P=30", "30"},
	} {
		t.Run(name, func(t *testing.T) {
			var given []string
			if test.given != "" {
				given = append(given, test.given)
			}
			if got := evaluate(t, "Parameters:\n  P: "+test.parameter, "!Ref P", given...); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestParametersThatCannotBe(t *testing.T) {
	for name, test := range map[string]struct {
		parameter string
		given     string
		want      string
	}{
		"no value":                       {"{Type: String}", "", "2: Parameters.P: has no default and no value was given"},
		"no type":                        {"{Default: a}", "", "2: Parameters.P.Type: is missing"},
		"a type that is none":            {"{Type: Strin, Default: a}", "", "2: Parameters.P.Type: parameters of type Strin are not read here"},
		"a value in another service":     {"{Type: 'AWS::SSM::Parameter::Value<String>', Default: a}", "", "2: Parameters.P.Type: parameters of type AWS::SSM::Parameter::Value<String> are not read here"},
		"no mapping":                     {"String", "", "2: Parameters.P: must be a mapping, not a string"},
		"a misspelt property":            {"{Type: String, Default: a, AlowedValues: [a]}", "", "2: Parameters.P.AlowedValues: is not known here (did you mean AllowedValues?)"},
		"a default that is a list":       {"{Type: String, Default: [a]}", "", "2: Parameters.P.Default: must be a string, not a list"},
		"a value not allowed":            {"{Type: String, AllowedValues: [a, b]}", "P=c", "2: Parameters.P.AllowedValues: the value of P is not one of a, b"},
		"a default not allowed":          {"{Type: String, AllowedValues: [a, b], Default: c}", "", "2: Parameters.P.AllowedValues: the value of P is not one of a, b"},
		"a pattern not matched in whole": {"{Type: String, AllowedPattern: '[a-z]+', ConstraintDescription: letters only}", "P=abc1", "2: Parameters.P.AllowedPattern: the value of P does not match [a-z]+: letters only"},
		"a pattern and a second line":    {"{Type: String, AllowedPattern: '[a-z]+'}", "P=abc\n", "2: Parameters.P.AllowedPattern: the value of P does not match"},
		"a pattern that is none":         {"{Type: String, AllowedPattern: '[a', Default: a}", "", "2: Parameters.P.AllowedPattern: is not a regular expression"},
		"a pattern that takes forever":   {"{Type: String, AllowedPattern: '(a+)+b'}", "P=" + strings.Repeat("a", 60), "2: Parameters.P.AllowedPattern: the value of P does not match"},
		"too short":                      {"{Type: String, MinLength: 3}", "P=ab", "2: Parameters.P.MinLength: the value of P is shorter than 3 characters"},
		"too long":                       {"{Type: String, MaxLength: 1}", "P=ab", "2: Parameters.P.MaxLength: the value of P is longer than 1 characters"},
		"longer than any value":          {"{Type: String}", "P=" + strings.Repeat("a", 4097), "2: Parameters.P.Type: the value of P is longer than 4096 bytes"},
		"too small":                      {"{Type: Number, MinValue: 3}", "P=2.9", "2: Parameters.P.MinValue: the value of P is less than 3"},
		"too large":                      {"{Type: Number, MaxValue: 3}", "P=3.1", "2: Parameters.P.MaxValue: the value of P is more than 3"},
		"no number":                      {"{Type: Number, MinValue: 3}", "P=NaN", "2: Parameters.P.Type: the value of P is not a number"},
		"no number in a list":            {"{Type: List<Number>}", "P=1,x", "2: Parameters.P.Type: the value of P is not a number"},
		"a length of a number":           {"{Type: Number, MinLength: 1, Default: 3}", "", "2: Parameters.P.MinLength: is for parameters of type String"},
		"an item not allowed":            {"{Type: CommaDelimitedList, AllowedValues: [a, b]}", "P=a,c", "2: Parameters.P.AllowedValues: the value of P is not one of a, b"},
	} {
		t.Run(name, func(t *testing.T) {
			var given []string
			if test.given != "" {
				given = append(given, test.given)
			}
			_, err := load("Parameters:\n  P: "+test.parameter+"\nResources: {}\n", given...)
			wantProblems(t, err, test.want)
		})
	}
}

func TestAllFaultsOfParametersAreReportedTogether(t *testing.T) {
	_, err := load(`Parameters:
  Stage: {Type: String, AllowedPattern: '[a-z]+', NoEcho: true}
  Rate: {Type: Number, MinValue: 1}
Resources:
  Topic: {Type: AWS::SNS::Topic, Properties: {TopicName: !Ref Stage}}
Outputs:
  Rate: {Value: !Ref Rate}
`, "Stage=Secret1", "Rate=0", "Stag=x")
	wantProblems(t, err,
		"2: Parameters.Stage.AllowedPattern: the value of Stage does not match [a-z]+",
		"3: Parameters.Rate.MinValue: the value of Rate is less than 1",
		" Parameters: the template has no parameter Stag (did you mean Stage?)")
	if strings.Contains(err.Error(), "Secret1") {
		t.Errorf("the error shows a value: %s", err)
	}
}
