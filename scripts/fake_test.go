package scripts_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/jmespath/go-jmespath"
)

// A world is what the fake aws and sam know and change: an account in a Region. It is kept in a file between their calls.
type world struct {
	SignedOut  bool
	Stacks     []*stackState
	Tables     map[string]bool // whether it is protected
	Pools      map[string]bool // likewise
	Domains    map[string]string
	LogGroups  map[string]int // days; 0 for ever
	Roles      map[string][]string
	LogsRole   string // in the account's settings
	APIs       []string
	Objects    []object
	Jobs       []*job
	Repository string
	UploadURL  string
	// JobEnd is what becomes of a job that is started.
	JobEnd string
	// DeleteFails is a reason why the stack cannot be deleted.
	DeleteFails string
	// Broken are operations that fail, with their messages.
	Broken map[string]string
	Calls  []string
}

type stackState struct {
	Name, ID, Status string
	Resources        []resourceState
	Parameters       map[string]string
}

type resourceState struct{ LogicalID, Type, ID string }

type object struct{ Key, VersionID string }

type job struct{ ID, Status string }

// stackNamed is the stack of that name that is not deleted, or the one with that id.
func (w *world) stackNamed(name string) *stackState {
	for _, s := range w.Stacks {
		if s.ID == name || s.Name == name && s.Status != "DELETE_COMPLETE" {
			return s
		}
	}
	return nil
}

// create makes what sam deploy makes of the template, as far as it matters here.
func (w *world) create(name string, parameters map[string]string) {
	n := fmt.Sprint(len(w.Stacks) + 1)
	s := &stackState{Name: name, ID: "arn:stack/" + name + "/" + n, Status: "CREATE_COMPLETE", Parameters: map[string]string{"LogRetentionDays": "30"}}
	maps.Copy(s.Parameters, parameters)
	add := func(logicalID, kind, id string) {
		s.Resources = append(s.Resources, resourceState{logicalID, kind, id})
	}
	add("TodoApi", "AWS::ApiGateway::RestApi", "api"+n)
	add("TodoApiStage", "AWS::ApiGateway::Stage", "prod")
	add("TodoTable", "AWS::DynamoDB::Table", name+"-TodoTable-"+n)
	add("TodoUserPool", "AWS::Cognito::UserPool", "eu-central-1_pool"+n)
	add("GetTodoFunctionRole", "AWS::IAM::Role", name+"-GetTodoFunctionRole-"+n)
	for _, group := range []string{"/aws/lambda/" + name + "-GetTodoFunction", "/aws/apigateway/AccessLog-" + name} {
		add("Group", "AWS::Logs::LogGroup", group)
		w.LogGroups[group] = 30
	}
	if s.Parameters["ManageApiLogsRole"] != "false" {
		role := name + "-ApiGatewayPushToCloudWatchRole-" + n
		add("ApiGatewayPushToCloudWatchRole", "AWS::IAM::Role", role)
		w.Roles[role] = []string{"arn:aws:iam::aws:policy/logs"}
		w.LogsRole = "arn:aws:iam::123456789012:role/" + role
	}
	w.Tables[name+"-TodoTable-"+n] = s.Parameters["DataProtection"] == "true"
	w.Pools["eu-central-1_pool"+n] = s.Parameters["DataProtection"] == "true"
	w.Domains["eu-central-1_pool"+n] = "mytodoappdemo-" + name
	w.APIs = append(w.APIs, "api"+n)
	w.Objects = append(w.Objects, object{name + "/code", "1"}, object{name + "/code", "2"})
	w.Stacks = append(w.Stacks, s)
}

// remove deletes a stack but for what the template retains.
func (w *world) remove(s *stackState) {
	for _, r := range s.Resources {
		switch r.Type {
		case "AWS::ApiGateway::RestApi":
			w.APIs = slices.DeleteFunc(w.APIs, func(id string) bool { return id == r.ID })
		case "AWS::Logs::LogGroup":
			delete(w.LogGroups, r.ID)
		}
	}
	s.Status = "DELETE_COMPLETE"
}

// TestMain is the fake aws or sam when a test has installed it as one.
func TestMain(m *testing.M) {
	file := os.Getenv("FAKE_WORLD")
	if file == "" {
		os.Exit(m.Run())
	}
	w, err := loadWorld(file)
	if err != nil {
		panic(err)
	}
	tool, args := os.Args[1], os.Args[2:]
	w.Calls = append(w.Calls, strings.Join(os.Args[1:], " "))
	if tool == "sam" {
		err = w.sam(args)
	} else {
		err = w.aws(args)
	}
	if saved := w.save(file); saved != nil {
		panic(saved)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(254)
	}
}

func loadWorld(file string) (*world, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	w := &world{}
	return w, json.Unmarshal(text, w)
}

func (w *world) save(file string) error {
	text, err := json.Marshal(w)
	if err != nil {
		return err
	}
	return os.WriteFile(file, text, 0o600)
}

// options are the --name value pairs; a name without a value has "".
func options(args []string) map[string]string {
	out := map[string]string{}
	for i := 0; i < len(args); i++ {
		if name, ok := strings.CutPrefix(args[i], "--"); ok {
			out[name] = ""
			for ; i+1 < len(args) && !strings.HasPrefix(args[i+1], "--"); i++ {
				out[name] = strings.TrimSpace(out[name] + " " + args[i+1])
			}
		}
	}
	return out
}

func (w *world) sam(args []string) error {
	o := options(args)
	switch args[0] {
	case "build":
		if os.Getenv("CGO_ENABLED") != "0" || !strings.Contains(os.Getenv("GOFLAGS"), "lambda.norpc") {
			return errors.New("sam build: not the environment that the functions are built in")
		}
	case "deploy":
		name := "todo-" + o["config-env"]
		parameters := map[string]string{}
		for _, pair := range strings.Fields(o["parameter-overrides"]) {
			key, value, _ := strings.Cut(pair, "=")
			parameters[key] = value
		}
		if s := w.stackNamed(name); s != nil {
			s.Status = "UPDATE_COMPLETE"
			maps.Copy(s.Parameters, parameters)
		} else {
			w.create(name, parameters)
		}
	case "delete":
		s := w.stackNamed(o["stack-name"])
		if w.DeleteFails != "" {
			s.Status = "DELETE_FAILED"
			return errors.New("Error: An error occurred (Waiter StackDeleteComplete failed)")
		}
		w.remove(s)
	case "logs":
		fmt.Println("following", strings.Count(strings.Join(args, " "), "--cw-log-group"), "groups")
	}
	return nil
}

func failed(code, operation, format string, args ...any) error {
	return fmt.Errorf("\nAn error occurred (%s) when calling the %s operation: %s", code, operation, fmt.Sprintf(format, args...))
}

func (w *world) aws(args []string) error {
	if args[0] == "configure" {
		fmt.Println("eu-central-1")
		return nil
	}
	if w.SignedOut {
		return errors.New("\nUnable to locate credentials. You can configure credentials by running \"aws login\".")
	}
	o := options(args)
	operation := args[0] + " " + args[1]
	if message, ok := w.Broken[operation]; ok {
		return errors.New(message)
	}
	answer, err := w.answer(operation, o)
	if err != nil {
		return err
	}
	return show(answer, o)
}

// show writes an answer as the CLI does: the part that is asked for, as text or JSON.
func show(answer any, o map[string]string) error {
	text, err := json.Marshal(answer)
	if err != nil {
		return err
	}
	var part any
	if err := json.Unmarshal(text, &part); err != nil {
		return err
	}
	if query := o["query"]; query != "" {
		if part, err = jmespath.Search(query, part); err != nil {
			return fmt.Errorf("Bad value for --query %s: %w", query, err)
		}
	}
	switch {
	case o["output"] == "json":
		return json.NewEncoder(os.Stdout).Encode(part)
	case part == nil && o["query"] == "":
		return nil
	}
	rows, ok := part.([]any)
	if !ok {
		rows = []any{part}
	} else if len(rows) == 0 {
		return nil
	} else if _, nested := rows[0].([]any); !nested {
		rows = []any{rows}
	}
	for _, row := range rows {
		var cells []string
		items, ok := row.([]any)
		if !ok {
			items = []any{row}
		}
		for _, item := range items {
			if item == nil {
				item = "None"
			}
			cells = append(cells, fmt.Sprint(item))
		}
		fmt.Println(strings.Join(cells, "\t"))
	}
	return nil
}

type fields = map[string]any

func (w *world) answer(operation string, o map[string]string) (any, error) {
	service, _, _ := strings.Cut(operation, " ")
	switch service {
	case "sts":
		return fields{"Account": "123456789012", "Arn": "arn:aws:sts::123456789012:assumed-role/ops/ana"}, nil
	case "cloudformation":
		return w.cloudformation(operation, o)
	case "amplify":
		return w.amplify(operation, o)
	case "apigateway", "iam":
		return w.apigateway(operation, o)
	case "logs":
		return w.logs(operation, o)
	default:
		return w.data(operation, o)
	}
}

func (w *world) cloudformation(operation string, o map[string]string) (any, error) {
	if operation == "cloudformation list-stacks" {
		var all []fields
		for _, s := range w.Stacks {
			all = append(all, fields{"StackName": s.Name, "StackId": s.ID, "StackStatus": s.Status})
		}
		return fields{"StackSummaries": all}, nil
	}
	if o["stack-name"] == "aws-sam-cli-managed-default" && len(w.Objects) > 0 {
		return fields{"Stacks": []fields{{"Outputs": []fields{{"OutputKey": "SourceBucket", "OutputValue": "managed"}}}}}, nil
	}
	s := w.stackNamed(o["stack-name"])
	if s == nil {
		return nil, failed("ValidationError", "DescribeStacks", "Stack with id %s does not exist", o["stack-name"])
	}
	switch operation {
	case "cloudformation describe-stacks":
		var outputs, parameters []fields
		for _, pair := range [][2]string{{"AmplifyAppID", "dapp"}, {"AmplifyBranchName", "main"}, {"AmplifyURL", "https://main.dapp.amplifyapp.com"}} {
			outputs = append(outputs, fields{"OutputKey": pair[0], "OutputValue": pair[1]})
		}
		for key, value := range s.Parameters {
			parameters = append(parameters, fields{"ParameterKey": key, "ParameterValue": value})
		}
		return fields{"Stacks": []fields{{"StackStatus": s.Status, "StackId": s.ID, "Outputs": outputs, "Parameters": parameters}}}, nil
	case "cloudformation describe-stack-resource":
		for _, r := range s.Resources {
			if r.LogicalID == o["logical-resource-id"] {
				return fields{"StackResourceDetail": fields{"PhysicalResourceId": r.ID}}, nil
			}
		}
	case "cloudformation list-stack-resources":
		var all []fields
		for _, r := range s.Resources {
			all = append(all, fields{"LogicalResourceId": r.LogicalID, "ResourceType": r.Type, "PhysicalResourceId": r.ID})
		}
		return fields{"StackResourceSummaries": all}, nil
	case "cloudformation describe-stack-events":
		return fields{"StackEvents": []fields{{"LogicalResourceId": "TodoApi", "ResourceStatus": "DELETE_FAILED", "ResourceStatusReason": w.DeleteFails}}}, nil
	}
	return nil, fmt.Errorf("the fake knows no %s", operation)
}

func (w *world) amplify(operation string, o map[string]string) (any, error) {
	start := func() string {
		w.Jobs = append(w.Jobs, &job{fmt.Sprint(len(w.Jobs) + 1), "PENDING"})
		return w.Jobs[len(w.Jobs)-1].ID
	}
	find := func() *job {
		for _, j := range w.Jobs {
			if j.ID == o["job-id"] {
				return j
			}
		}
		return &job{}
	}
	switch operation {
	case "amplify get-app":
		app := fields{"appId": o["app-id"]}
		if w.Repository != "" {
			app["repository"] = w.Repository
		}
		return fields{"app": app}, nil
	case "amplify get-branch":
		return fields{"branch": fields{"environmentVariables": fields{"APP_API_URL": "https://api.example/prod", "APP_CLIENT_ID": "c", "SECRET": "s"}}}, nil
	case "amplify list-jobs":
		var all []fields
		for _, j := range w.Jobs {
			all = append(all, fields{"jobId": j.ID, "status": j.Status})
		}
		return fields{"jobSummaries": all}, nil
	case "amplify stop-job":
		find().Status = "CANCELLED"
		return fields{}, nil
	case "amplify create-deployment":
		for _, j := range w.Jobs {
			if j.Status == "PENDING" {
				return nil, failed("BadRequestException", "CreateDeployment", "The last job(deployment) %s was not finished", j.ID)
			}
		}
		return fields{"jobId": start(), "zipUploadUrl": w.UploadURL}, nil
	case "amplify start-deployment":
		find().Status = w.JobEnd
		return fields{"jobSummary": fields{"jobId": o["job-id"]}}, nil
	case "amplify start-job":
		id := start()
		w.Jobs[len(w.Jobs)-1].Status = w.JobEnd
		return fields{"jobSummary": fields{"jobId": id}}, nil
	case "amplify get-job":
		return fields{"job": fields{"summary": fields{"status": find().Status}}}, nil
	}
	return nil, fmt.Errorf("the fake knows no %s", operation)
}

func (w *world) apigateway(operation string, o map[string]string) (any, error) {
	role := o["role-name"]
	policies, known := w.Roles[role]
	if role != "" && !known {
		return nil, failed("NoSuchEntity", "GetRole", "The role with name %s cannot be found.", role)
	}
	switch operation {
	case "apigateway get-account":
		if w.LogsRole == "" {
			return fields{}, nil
		}
		return fields{"cloudwatchRoleArn": w.LogsRole}, nil
	case "apigateway update-account":
		w.LogsRole = ""
	case "apigateway get-rest-apis":
		var all []fields
		for _, id := range w.APIs {
			all = append(all, fields{"id": id})
		}
		return fields{"items": all}, nil
	case "iam get-role":
	case "iam list-attached-role-policies":
		var all []fields
		for _, arn := range policies {
			all = append(all, fields{"PolicyArn": arn})
		}
		return fields{"AttachedPolicies": all}, nil
	case "iam detach-role-policy":
		w.Roles[role] = slices.DeleteFunc(policies, func(arn string) bool { return arn == o["policy-arn"] })
	case "iam delete-role":
		if len(policies) > 0 {
			return nil, failed("DeleteConflict", "DeleteRole", "Cannot delete entity, must detach all policies first.")
		}
		delete(w.Roles, role)
	default:
		return nil, fmt.Errorf("the fake knows no %s", operation)
	}
	return fields{}, nil
}

func (w *world) logs(operation string, o map[string]string) (any, error) {
	name := o["log-group-name"]
	_, known := w.LogGroups[name]
	switch operation {
	case "logs create-log-group":
		if known {
			return nil, failed("ResourceAlreadyExistsException", "CreateLogGroup", "The specified log group already exists")
		}
		w.LogGroups[name] = 0
	case "logs put-retention-policy":
		if _, err := fmt.Sscan(o["retention-in-days"], new(int)); err != nil || !known {
			return nil, failed("ResourceNotFoundException", "PutRetentionPolicy", "The specified log group does not exist.")
		}
		var days int
		_, _ = fmt.Sscan(o["retention-in-days"], &days)
		w.LogGroups[name] = days
	case "logs describe-log-groups":
		var all []fields
		for _, name := range slices.Sorted(maps.Keys(w.LogGroups)) {
			if strings.HasPrefix(name, o["log-group-name-prefix"]) {
				all = append(all, fields{"logGroupName": name})
			}
		}
		return fields{"logGroups": all}, nil
	case "logs delete-log-group":
		if !known {
			return nil, failed("ResourceNotFoundException", "DeleteLogGroup", "The specified log group does not exist.")
		}
		delete(w.LogGroups, name)
	default:
		return nil, fmt.Errorf("the fake knows no %s", operation)
	}
	return nil, nil
}

func (w *world) data(operation string, o map[string]string) (any, error) {
	table, pool := o["table-name"], o["user-pool-id"]
	protected, known := w.Tables[table]
	if pool != "" {
		protected, known = w.Pools[pool]
	}
	if table+pool != "" && !known {
		return nil, failed("ResourceNotFoundException", "DescribeTable", "Requested resource not found")
	}
	switch operation {
	case "dynamodb describe-table", "dynamodb wait":
	case "dynamodb update-table":
		w.Tables[table] = false
	case "dynamodb delete-table":
		if protected {
			return nil, failed("ValidationException", "DeleteTable", "Resource cannot be deleted as it is currently protected against deletion.")
		}
		delete(w.Tables, table)
	case "cognito-idp describe-user-pool":
		found := fields{"Id": pool}
		if domain := w.Domains[pool]; domain != "" {
			found["Domain"] = domain
		}
		return fields{"UserPool": found}, nil
	case "cognito-idp delete-user-pool-domain":
		delete(w.Domains, pool)
	case "cognito-idp update-user-pool":
		w.Pools[pool] = false
	case "cognito-idp delete-user-pool":
		if protected || w.Domains[pool] != "" {
			return nil, failed("InvalidParameterException", "DeleteUserPool", "The user pool cannot be deleted: it is protected or has a domain configured that should be deleted first.")
		}
		delete(w.Pools, pool)
	case "s3api list-object-versions":
		var versions []fields
		for _, obj := range w.Objects {
			if strings.HasPrefix(obj.Key, o["prefix"]) {
				versions = append(versions, fields{"Key": obj.Key, "VersionId": obj.VersionID})
			}
		}
		return fields{"Versions": versions}, nil
	case "s3api delete-objects":
		var batch struct{ Objects []object }
		if err := json.Unmarshal([]byte(o["delete"]), &batch); err != nil {
			return nil, err
		}
		w.Objects = slices.DeleteFunc(w.Objects, func(obj object) bool {
			return slices.ContainsFunc(batch.Objects, func(b object) bool { return strings.EqualFold(b.Key+b.VersionID, obj.Key+obj.VersionID) })
		})
	default:
		return nil, fmt.Errorf("the fake knows no %s", operation)
	}
	return nil, nil
}

// tools is a folder with the fakes and what else the script needs, and nothing that this machine may have beside.
func tools(t *testing.T, fakes ...string) string {
	t.Helper()
	dir := t.TempDir()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range fakes {
		script := fmt.Sprintf("#!/bin/sh\nexec '%s' %s \"$@\"\n", self, name)
		if err := os.WriteFile(filepath.Join(dir, name), []byte(script), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}
