package stack_test

import (
	"slices"
	"strings"
	"testing"
)

// The access log and the throttling of AWS's sample application are lost in this way: SAM drops what stands beside
// Properties, and nothing complains.
func TestSettingsBesideProperties(t *testing.T) {
	_, err := load(sam(`Resources:
  Api:
    Type: AWS::Serverless::Api
    MethodSettings:
      ThrottlingRateLimit: 50
    AccessLogSetting:
      Format: $context.requestId
    Properties:
      StageName: prod
`))
	wantProblems(t, err,
		"5: Resources.Api.MethodSettings: belongs under Properties; here it has no effect",
		"7: Resources.Api.AccessLogSetting: belongs under Properties; here it has no effect")
}

func TestKeysThatAResourceDoesNotHave(t *testing.T) {
	for name, test := range map[string]struct {
		resource string
		want     []string
	}{
		"a misspelt property":            {"{Type: AWS::Logs::LogGroup, Properties: {RetentionDays: 3}}", []string{"2: Resources.R.Properties.RetentionDays: is not known here (did you mean RetentionInDays?)"}},
		"a misspelt attribute":           {"{Type: AWS::Logs::LogGroup, DependOn: X}", []string{"2: Resources.R.DependOn: is no attribute of a resource (did you mean DependsOn?)"}},
		"a misspelt property beside":     {"{Type: AWS::Logs::LogGroup, RetentionInDay: 3}", []string{"2: Resources.R.RetentionInDay: is no attribute of a resource (did you mean RetentionInDays?)"}},
		"of a type that does nothing":    {"{Type: AWS::CloudWatch::Alarm, Properties: {Treshold: 3}}", []string{"2: Resources.R.Properties.Treshold: is not known here (did you mean Threshold?)"}},
		"of a role":                      {"{Type: AWS::IAM::Role, Properties: {AssumeRolePolicy: {}}}", []string{"2: Resources.R.Properties.AssumeRolePolicy: is not known here"}},
		"of a type that is not known":    {"{Type: AWS::SQS::Queue, QueueName: x}", []string{"2: Resources.R.QueueName: is no attribute of a resource"}},
		"no type":                        {"{Properties: {}}", []string{"2: Resources.R: must be a mapping with a Type"}},
		"no mapping":                     {"AWS::SNS::Topic", []string{"2: Resources.R: must be a mapping with a Type"}},
		"a type that is none":            {"{Type: Topic}", []string{"2: Resources.R.Type: must be the name of a resource type, such as AWS::DynamoDB::Table"}},
		"a computed type":                {"{Type: !Ref AWS::Region}", []string{"2: Resources.R.Type: must be the name of a resource type, such as AWS::DynamoDB::Table"}},
		"properties that are a list":     {"{Type: AWS::SNS::Topic, Properties: []}", []string{"2: Resources.R.Properties: must be a mapping, not a list"}},
		"properties that are a function": {"{Type: AWS::SNS::Topic, Properties: !If [A, {}, {}]}", []string{"2: Resources.R.Properties: must be a literal mapping, not a function"}},
		"an unknown condition":           {"{Type: AWS::SNS::Topic, Condition: Nope}", []string{"2: Resources.R.Condition: there is no condition Nope"}},
		"a condition that is a function": {"{Type: AWS::SNS::Topic, Condition: !Equals [a, a]}", []string{"2: Resources.R.Condition: must be the name of a condition, not a mapping"}},
		"a misspelt policy":              {"{Type: AWS::SNS::Topic, DeletionPolicy: Retained}", []string{`2: Resources.R.DeletionPolicy: "Retained" is not one of Delete, Retain, RetainExceptOnCreate, Snapshot (did you mean Retain?)`}},
		"a number that is none":          {"{Type: AWS::Logs::LogGroup, Properties: {RetentionInDays: long}}", []string{`2: Resources.R.Properties.RetentionInDays: must be a whole number from 1 to 3653, not "long"`}},
		"days that are not offered":      {"{Type: AWS::Logs::LogGroup, Properties: {RetentionInDays: 31}}", []string{"2: Resources.R.Properties.RetentionInDays: 31 is not a number of days that CloudWatch Logs offers"}},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := load("Resources:\n  R: " + test.resource + "\n")
			wantProblems(t, err, test.want...)
		})
	}
	_, err := load(sam("Resources:\n  R: {Type: AWS::Serverless::Fuction}\n"))
	wantProblems(t, err, "3: Resources.R.Type: there is no resource type AWS::Serverless::Fuction (did you mean AWS::Serverless::Function?)")
	_, err = load("Parameters:\n  A: {Type: String, Default: a}\nResources:\n  A: {Type: AWS::SNS::Topic}\n  B-1: {Type: AWS::SNS::Topic}\n")
	wantProblems(t, err, "4: Resources.A: is the name of a parameter too", "5: Resources.B-1: a resource's name holds only letters and digits")
}

func TestWhatIsNotRunHereIsNoticed(t *testing.T) {
	s := mustLoad(t, sam(`Rules: {}
Resources:
  Queue:
    Type: AWS::SQS::Queue
    Properties: {QueueName: jobs}
  Http:
    Type: AWS::Serverless::HttpApi
  Firewall:
    Type: AWS::WAFv2::WebACL
  Api:
    Type: AWS::Serverless::Api
    Properties:
      StageName: prod
      DisableExecuteApiEndpoint: true
      CacheClusterEnabled: false
      Tags: {a: b}
  Work:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: ./work
      Layers: [!Ref Queue]
      Tags: {a: b}
      Events:
        Jobs: {Type: SQS, Properties: {Queue: !GetAtt Queue.Arn}}
  Alarm:
    Type: AWS::CloudWatch::Alarm
    Properties: {AlarmActions: [!Ref Queue], Threshold: 1}
`))
	var got []string
	for _, n := range s.Notices {
		got = append(got, n.String())
	}
	want := []string{
		"t.yaml:2: Rules: is not run here",
		"t.yaml:5: Resources.Queue.Type: resources of type AWS::SQS::Queue are not run here",
		"t.yaml:8: Resources.Http.Type: resources of type AWS::Serverless::HttpApi are not run here",
		"t.yaml:10: Resources.Firewall.Type: resources of type AWS::WAFv2::WebACL are not run here",
		"t.yaml:15: Resources.Api.Properties.DisableExecuteApiEndpoint: is not run here",
		"t.yaml:22: Resources.Work.Properties.Layers: is not run here",
		"t.yaml:25: Resources.Work.Properties.Events.Jobs: events of type SQS are not run here",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestWhatGuardsIsNeverLeftOut(t *testing.T) {
	for name, test := range map[string]struct{ resources, want string }{
		"a Lambda authorizer": {
			"  Api: {Type: AWS::Serverless::Api, Properties: {StageName: prod, Auth: {DefaultAuthorizer: L, Authorizers: {L: {FunctionArn: x}}}}}\n",
			"3: Resources.Api.Properties.Auth.Authorizers.L.FunctionArn: Lambda authorizers are not run here",
		},
		"authorization by IAM": {
			"  Api: {Type: AWS::Serverless::Api, Properties: {StageName: prod, Auth: {DefaultAuthorizer: AWS_IAM}}}\n",
			"3: Resources.Api.Properties.Auth.DefaultAuthorizer: authorization by IAM is not run here",
		},
		"a second factor": {
			"  Pool: {Type: AWS::Cognito::UserPool, Properties: {MfaConfiguration: 'ON'}}\n",
			"3: Resources.Pool.Properties.MfaConfiguration: needs SOFTWARE_TOKEN_MFA or EMAIL_OTP in EnabledMfas",
		},
		"a second factor, as YAML reads it": {
			"  Pool: {Type: AWS::Cognito::UserPool, Properties: {MfaConfiguration: ON}}\n",
			`3: Resources.Pool.Properties.MfaConfiguration: "true" is not one of OFF, ON, OPTIONAL (unquoted, ON and OFF are booleans in YAML)`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := load(sam("Resources:\n" + test.resources))
			wantProblems(t, err, test.want)
		})
	}
}
