package scripts_test

import (
	"archive/zip"
	"bytes"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// A desk is where the script is run: a copy of the repository as far as it needs one, with fakes for sam and aws.
type desk struct {
	*testing.T
	dir, path string
	*world
}

// real are the tools that the script uses as they are.
var real = []string{"bash", "env", "awk", "sed", "paste", "dirname", "mktemp", "rm", "cp", "grep", "sleep", "zip", "curl", "node"}

func newDesk(t *testing.T) *desk {
	t.Helper()
	d := &desk{T: t, dir: t.TempDir(), path: tools(t, "aws", "sam"), world: &world{
		Tables: map[string]bool{}, Pools: map[string]bool{}, Domains: map[string]string{}, LogGroups: map[string]int{}, Roles: map[string][]string{}, JobEnd: "SUCCEED",
	}}
	for _, name := range real {
		found, err := exec.LookPath(name)
		if err != nil {
			t.Skipf("%s is not installed", name)
		}
		if err := os.Symlink(found, filepath.Join(d.path, name)); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"go", "npm", "make"} { // the builds are other tests' business
		d.write(filepath.Join(d.path, name), "#!/bin/sh\n", 0o755)
	}
	for from, to := range map[string]string{"cloud": "scripts/cloud", "../samconfig.toml": "samconfig.toml"} {
		content, err := os.ReadFile(from)
		if err != nil {
			t.Fatal(err)
		}
		d.write(filepath.Join(d.dir, to), string(content), 0o755)
	}
	d.write(filepath.Join(d.dir, "web/dist/app/index.html"), "<!doctype html>", 0o644)
	return d
}

func (d *desk) write(name, content string, mode os.FileMode) {
	d.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		d.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(content), mode); err != nil {
		d.Fatal(err)
	}
}

// run runs a command of the script in the world, with variables beside its own few.
func (d *desk) run(command string, variables ...string) (string, error) {
	d.Helper()
	file := filepath.Join(d.dir, "world.json")
	d.Calls = nil
	if err := d.save(file); err != nil {
		d.Fatal(err)
	}
	script := exec.Command(filepath.Join(d.path, "bash"), filepath.Join(d.dir, "scripts/cloud"), command)
	script.Env = append([]string{
		"PATH=" + d.path, "HOME=" + d.dir, "FAKE_WORLD=" + file, "POLL_SECONDS=0",
		"GORACE=atexit_sleep_ms=0", // else each fake tool sleeps a second before it ends, under the race detector
	}, variables...)
	out, failed := script.CombinedOutput()
	w, err := loadWorld(file)
	if err != nil {
		d.Fatal(err)
	}
	d.world = w
	return string(out), failed
}

func (d *desk) succeeds(command string, variables ...string) string {
	d.Helper()
	out, err := d.run(command, variables...)
	if err != nil {
		d.Fatalf("%s %v: %v\n%s", command, variables, err, out)
	}
	return out
}

// refuses wants the command to fail with a message, and without a call of those named.
func (d *desk) refuses(want, command string, variables ...string) {
	d.Helper()
	out, err := d.run(command, variables...)
	if err == nil || !strings.Contains(out, want) {
		d.Errorf("%s %v: got %v, want it to say %q:\n%s", command, variables, err, want, out)
	}
}

// called is the first call that begins so.
func (d *desk) called(prefix string) string {
	for _, call := range d.Calls {
		if strings.HasPrefix(call, prefix) {
			return call
		}
	}
	return ""
}

func TestDeploy(t *testing.T) {
	d := newDesk(t)
	out := d.succeeds("deploy")
	if !strings.Contains(out, "todo-dev (dev) in account 123456789012, eu-central-1, as arn:aws:sts") || !strings.Contains(out, "https://main.dapp.amplifyapp.com") {
		t.Errorf("got %s, want what is meant and the outputs", out)
	}
	if got, want := d.called("sam deploy"), "sam deploy --config-env dev --no-fail-on-empty-changeset --no-confirm-changeset --parameter-overrides LogRetentionDays=7"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if d.called("sam build") != "sam build --config-env dev" {
		t.Errorf("got %v", d.Calls)
	}
	if got := d.LogGroups["API-Gateway-Execution-Logs_api1/prod"]; got != 7 {
		t.Errorf("API Gateway's own log: got %d days, want 7", got)
	}
	before := d.world.Stacks[0].ID
	d.succeeds("deploy")
	if len(d.Stacks) != 1 || d.Stacks[0].ID != before || strings.Contains(d.called("sam deploy"), "ManageApiLogsRole") {
		t.Errorf("the second time: got %v, want the same stack with its role", d.Calls)
	}
	d.succeeds("deploy", "ENV=prod", "PARAMETERS=AlarmEmail=ops@todo.example DeploymentType=AllAtOnce")
	want := "--parameter-overrides DeploymentType=Canary10Percent5Minutes DataProtection=true LogRetentionDays=365 ManageApiLogsRole=false AlarmEmail=ops@todo.example DeploymentType=AllAtOnce"
	if got := d.called("sam deploy"); !strings.HasSuffix(got, want) {
		t.Errorf("another stack in the account: got %s, want %s", got, want)
	}
}

func TestDeployRefuses(t *testing.T) {
	d := newDesk(t)
	d.refuses("samconfig.toml has no environment production; it has dev staging prod.", "deploy", "ENV=production")
	d.SignedOut = true
	d.refuses("AWS does not know who you are. Sign in", "deploy")
	d.SignedOut = false
	for status, want := range map[string]string{
		"ROLLBACK_COMPLETE":      "Remove what is left with make destroy ENV=dev",
		"DELETE_FAILED":          "Remove what is left with make destroy ENV=dev",
		"UPDATE_IN_PROGRESS":     "somebody is changing it",
		"UPDATE_ROLLBACK_FAILED": "aws cloudformation continue-update-rollback --stack-name todo-dev",
	} {
		d.Stacks = []*stackState{{Name: "todo-dev", ID: "arn:1", Status: status}}
		d.refuses(want, "deploy")
		if call := d.called("sam"); call != "" {
			t.Errorf("%s: got %s, want nothing touched", status, call)
		}
	}
	d.Broken = map[string]string{"cloudformation describe-stacks": "An error occurred (AccessDenied) when calling the DescribeStacks operation"}
	d.refuses("AccessDenied", "deploy")
	d.Broken, d.Stacks = map[string]string{"apigateway get-account": "An error occurred (AccessDenied) when calling the GetAccount operation"}, nil
	d.refuses("AccessDenied", "deploy")
	if call := d.called("sam"); call != "" {
		t.Errorf("got %s, want nothing touched", call)
	}
	if err := os.Remove(filepath.Join(d.path, "sam")); err != nil {
		t.Fatal(err)
	}
	d.refuses("not on the path: sam.", "deploy")
	d.refuses("usage: scripts/cloud", "deplyo")
}

// storage is where Amplify wants an upload.
func storage(t *testing.T) (url string, files func() map[string]string) {
	t.Helper()
	var uploaded []byte
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodPut || r.URL.RawQuery != "signature=a%2Bb" || r.Header.Get("Content-Type") != "application/zip" {
			w.WriteHeader(http.StatusForbidden)
			return
		}
		uploaded, _ = io.ReadAll(r.Body)
	}))
	t.Cleanup(server.Close)
	return server.URL + "/upload?signature=a%2Bb", func() map[string]string {
		t.Helper()
		archive, err := zip.NewReader(bytes.NewReader(uploaded), int64(len(uploaded)))
		if err != nil {
			t.Fatal(err)
		}
		out := map[string]string{}
		for _, f := range archive.File {
			r, err := f.Open()
			if err != nil {
				t.Fatal(err)
			}
			content, err := io.ReadAll(r)
			if err != nil {
				t.Fatal(err)
			}
			out[f.Name] = strings.TrimSpace(string(content))
		}
		return out
	}
}

func TestDeployWeb(t *testing.T) {
	d := newDesk(t)
	d.refuses("there is no stack todo-dev in eu-central-1: run make deploy ENV=dev first.", "deploy-web")
	d.create("todo-dev", nil)
	url, uploaded := storage(t)
	d.UploadURL = url
	out := d.succeeds("deploy-web")
	want := map[string]string{
		"index.html":  "<!doctype html>",
		"config.json": `{"APP_API_URL":"https://api.example/prod","APP_CLIENT_ID":"c"}`,
	}
	if diff := cmp.Diff(want, uploaded()); diff != "" {
		t.Errorf("what was uploaded (-want +got):\n%s", diff)
	}
	if !strings.Contains(out, "the web app is at https://main.dapp.amplifyapp.com") || strings.Contains(out, "signature") {
		t.Errorf("got %s, want the address of the app, and none to upload to", out)
	}
	if _, err := os.Stat(filepath.Join(d.dir, "web/dist/app/config.json")); err == nil {
		t.Error("the settings are in the build, where the next build would find them")
	}

	d.Jobs = append(d.Jobs, &job{"2", "PENDING"}) // an upload that was interrupted
	d.succeeds("deploy-web")
	if got := d.Jobs[1].Status; got != "CANCELLED" {
		t.Errorf("an upload that was never finished: got %s, want it stopped", got)
	}
	d.Jobs = append(d.Jobs, &job{"4", "RUNNING"})
	d.refuses("deployment 4 of the web app is RUNNING. Wait", "deploy-web")
	d.Jobs, d.JobEnd = nil, "FAILED"
	d.refuses("deployment 1 of the web app is FAILED.", "deploy-web")
	d.Jobs, d.UploadURL = nil, strings.Replace(url, "signature", "sign", 1)
	d.refuses("403", "deploy-web")
	if d.called("aws amplify start-deployment") != "" {
		t.Error("got a deployment of nothing")
	}
	d.Stacks[0].Status = "ROLLBACK_COMPLETE"
	d.refuses("the stack todo-dev is in the state ROLLBACK_COMPLETE", "deploy-web")
}

func TestDeployWebFromARepository(t *testing.T) {
	d := newDesk(t)
	d.create("todo-dev", nil)
	d.Repository = "https://github.com/o/r"
	d.succeeds("deploy-web")
	if d.called("aws amplify start-job --app-id dapp --branch-name main --job-type RELEASE") == "" || d.called("aws amplify create-deployment") != "" {
		t.Errorf("got %v, want a build of the branch", d.Calls)
	}
}

func TestOutputsAndLogs(t *testing.T) {
	d := newDesk(t)
	d.refuses("there is no stack todo-staging", "outputs", "ENV=staging")
	d.refuses("there is no stack todo-dev", "logs")
	d.create("todo-dev", nil)
	if out := d.succeeds("outputs"); !strings.Contains(out, "AmplifyURL") {
		t.Errorf("got %s", out)
	}
	if out := d.succeeds("logs"); !strings.Contains(out, "following 2 groups") {
		t.Errorf("got %s, want the API's log and the function's", out)
	}
}

func TestDestroy(t *testing.T) {
	d := newDesk(t)
	d.create("todo-dev", map[string]string{"DataProtection": "true"})
	d.create("todo-dev-2", map[string]string{"ManageApiLogsRole": "false"})
	others := []string{"/aws/apigateway/AccessLog-todo-dev-2", "/aws/lambda/todo-dev-2-GetTodoFunction"}
	d.LogGroups["API-Gateway-Execution-Logs_api1/prod"] = 7
	d.LogGroups["/aws/lambda/todo-dev-Forgotten"] = 0

	d.refuses("not confirmed, nothing was removed", "destroy")
	d.refuses("not confirmed, nothing was removed", "destroy", "CONFIRM=todo-prod")
	if len(d.LogGroups) != 6 || d.called("sam delete") != "" {
		t.Fatalf("got %v without a confirmation", d.Calls)
	}
	out := d.succeeds("destroy", "CONFIRM=todo-dev")
	if !strings.Contains(out, "removes them for good: todo-dev-TodoTable-1 eu-central-1_pool1") || len(d.Tables) != 2 || len(d.Pools) != 2 {
		t.Errorf("got %s with tables %v, want the data kept, and said so", out, d.Tables)
	}
	if got := slices.Sorted(maps.Keys(d.LogGroups)); !slices.Equal(got, others) {
		t.Errorf("got the log groups %v, want the other stack's, %v", got, others)
	}
	if len(d.Objects) != 2 || d.Objects[0].Key != "todo-dev-2/code" {
		t.Errorf("got the artifacts %v, want the other stack's", d.Objects)
	}
	if d.LogsRole == "" || len(d.Roles) != 1 || !strings.Contains(out, "kept: the role") {
		t.Errorf("got the roles %v, want the one for API logs kept while there is another API", d.Roles)
	}

	d.succeeds("destroy", "CONFIRM=todo-dev") // with nothing left to do
	d.succeeds("destroy", "CONFIRM=todo-dev", "DATA=delete")
	if len(d.Tables) != 1 || len(d.Pools) != 1 || len(d.Domains) != 1 {
		t.Errorf("got %v, %v, want only the other stack's data", d.Tables, d.Pools)
	}
	d.succeeds("destroy", "CONFIRM=todo-dev", "DATA=delete")

	other := d.stackNamed("todo-dev-2")
	d.remove(other)
	d.succeeds("destroy", "CONFIRM=todo-dev")
	if d.LogsRole != "" || len(d.Roles) != 0 {
		t.Errorf("got the roles %v, want none: there is no API any more", d.Roles)
	}
}

// TestDestroyHalfAStack begins where a deletion has failed.
func TestDestroyHalfAStack(t *testing.T) {
	d := newDesk(t)
	d.create("todo-dev", nil)
	d.DeleteFails = "Cannot delete: a domain name is mapped to it"
	d.refuses(d.DeleteFails, "destroy", "CONFIRM=todo-dev", "DATA=delete")
	if len(d.Tables) != 1 || len(d.LogGroups) != 2 {
		t.Errorf("got %v and %v, want everything there while the stack is", d.Tables, d.LogGroups)
	}
	d.DeleteFails = ""
	d.succeeds("destroy", "CONFIRM=todo-dev", "DATA=delete")
	if len(d.Tables)+len(d.Pools)+len(d.LogGroups)+len(d.Objects)+len(d.Roles) != 0 {
		t.Errorf("got %+v, want nothing left", d.world)
	}
	d.Stacks[0].Status = "UPDATE_IN_PROGRESS"
	d.refuses("somebody is changing it", "destroy", "CONFIRM=todo-dev")
}

// TestDestroyIsNotDoneWithHalfAnAnswer has AWS refuse to tell what there is: that must not pass for nothing.
func TestDestroyIsNotDoneWithHalfAnAnswer(t *testing.T) {
	for _, operation := range []string{
		"sts get-caller-identity", "cloudformation list-stacks", "cloudformation list-stack-resources", "dynamodb describe-table",
		"cognito-idp describe-user-pool", "logs describe-log-groups", "apigateway get-rest-apis", "s3api list-object-versions",
	} {
		d := newDesk(t)
		d.create("todo-dev", nil)
		d.Broken = map[string]string{operation: "An error occurred (AccessDenied) when calling it"}
		d.refuses("AccessDenied", "destroy", "CONFIRM=todo-dev")
	}
}
