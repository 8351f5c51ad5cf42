package e2e

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/google/go-cmp/cmp"

	"example.com/todo/internal/todo/dynamostore/dynamotest"
)

func fileWith(t *testing.T, name, content string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// users are a server's accounts as a file.
func (s *server) users(t *testing.T) string {
	t.Helper()
	return fileWith(t, "users.json", runOK(t, "users", "list", "--output", "json", "--data", s.data, "--endpoint", s.url+"/auth/"))
}

// TestMovingHouse moves two people to another server, where they have other user names, and on to a table.
func TestMovingHouse(t *testing.T) {
	withCredentials(t)
	old := serve(t, t.TempDir())
	ana, ben := old.register(t, "ana@example.com"), old.register(t, "ben@example.com")
	milk := old.add(t, ana, "Buy milk")
	old.add(t, ana, "Water <the> plants & \"more\"")
	old.add(t, ben, "Fix the bicycle")
	file := filepath.Join(t.TempDir(), "items.jsonl")
	if out := runOK(t, "items", "export", "--data", old.data, file); !strings.Contains(out, "3 items") { // while it runs
		t.Errorf("export: got %q", out)
	}
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file: got %v, %v, want mode 0600", info.Mode(), err)
	}
	oldUsers := old.users(t)

	fresh := serve(t, t.TempDir())
	fresh.register(t, "ana@example.com")
	owners := []string{"--owners-from", oldUsers, "--owners-to", fresh.users(t)}
	if _, stderr, code := command(t, append([]string{"items", "import", "--data", fresh.data, file}, owners...)...); code != 1 || !strings.Contains(stderr, "stop the server") {
		t.Errorf("into a running server: got exit code %d and %q", code, stderr)
	}
	fresh.stop(t)
	if _, stderr, code := command(t, append([]string{"items", "import", "--data", fresh.data, file}, owners...)...); code != 1 || !strings.Contains(stderr, "nothing was put: 1 items belong to 1 owners") {
		t.Errorf("with an owner who is unknown: got exit code %d and %q", code, stderr)
	}
	fresh = serve(t, fresh.data)
	fresh.register(t, "ben@example.com")
	owners[3] = fresh.users(t)
	fresh.stop(t)
	importing := append([]string{"items", "import", "--data", fresh.data, file}, owners...)
	if got, want := runOK(t, importing...), "added 3, replaced 0, there already 0, not replaced 0, left out 0\n"; got != want {
		t.Errorf("import: got %q, want %q", got, want)
	}
	if got, want := runOK(t, importing...), "added 0, replaced 0, there already 3, not replaced 0, left out 0\n"; got != want {
		t.Errorf("a repeat: got %q, want %q", got, want)
	}
	fresh = serve(t, fresh.data)
	ana = fresh.signIn(t, "ana@example.com")
	if diff := cmp.Diff([]string{"Buy milk", "Water <the> plants & \"more\""}, fresh.texts(t, ana)); diff != "" {
		t.Errorf("the first person's items (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"Fix the bicycle"}, fresh.texts(t, fresh.signIn(t, "ben@example.com"))); diff != "" {
		t.Errorf("the second person's items (-want +got):\n%s", diff)
	}
	if status, _, body := fresh.do(t, "PUT", "/prod/item/"+milk, ana, `{"item":"Buy oat milk","completed":true}`); status != 200 {
		t.Fatalf("update: got %d %s", status, body)
	}
	fresh.stop(t)
	if out, stderr, code := command(t, importing...); code != 1 || !strings.Contains(out, "not replaced 1") || !strings.Contains(stderr, milk) {
		t.Errorf("an import over what has been changed since: got exit code %d, %q and %q", code, out, stderr)
	}
	fresh = serve(t, fresh.data)

	endpoint := dynamotest.Start(t, dynamotest.Silent)
	table := dynamotest.NewTable(t, dynamotest.Client(endpoint))
	to := "dynamodb://" + table + "?region=" + dynamotest.Region + "&endpoint=" + endpoint
	if out := runOK(t, "items", "copy", "--data", fresh.data, "--to", to); !strings.HasPrefix(out, "added 3,") {
		t.Errorf("copy: got %q", out)
	}
	if out := runOK(t, "items", "copy", "--data", fresh.data, "--to", to); !strings.HasPrefix(out, "added 0, replaced 0, there already 3,") {
		t.Errorf("copy again: got %q", out)
	}
	there := serve(t, t.TempDir(), append(onTable(t, endpoint, table), "--issuer", fresh.config["APP_ISSUER"], "--client-id", fresh.config["APP_CLIENT_ID"])...)
	if diff := cmp.Diff([]string{"Buy oat milk", "Water <the> plants & \"more\""}, there.texts(t, fresh.signIn(t, "ana@example.com"))); diff != "" {
		t.Errorf("the items in the table (-want +got):\n%s", diff)
	}
	back := filepath.Join(t.TempDir(), "table.jsonl")
	runOK(t, append([]string{"items", "export", back}, onTable(t, endpoint, table)...)...)
	home := filepath.Join(t.TempDir(), "home")
	if out := runOK(t, "items", "import", "--data", home, back); !strings.HasPrefix(out, "added 3,") {
		t.Errorf("import of the table's export: got %q", out)
	}
}

func TestMovesThatCannotBe(t *testing.T) {
	withCredentials(t)
	cut := fileWith(t, "cut.jsonl", "")
	data := filepath.Join(t.TempDir(), "data")
	users := fileWith(t, "users.json", `{"Users":[]}`)
	for _, c := range []struct {
		name string
		args []string
		code int
		want string
	}{
		{"an export of nothing", []string{"items", "export", "--data", data, filepath.Join(t.TempDir(), "x")}, 1, "no data file"},
		{"an export over a file", []string{"items", "export", "--data", data, cut}, 1, ""},
		{"a file that is cut off", []string{"items", "import", "--data", data, cut}, 1, "cut off"},
		{"no file", []string{"items", "import", "--data", data, "/no/such/file"}, 1, "/no/such/file"},
		{"half of the owners", []string{"items", "import", "--data", data, "--owners-from", users, cut}, 2, "--owners-to"},
		{"owners that are none", []string{"items", "import", "--data", data, "--owners-from", users, "--owners-to", cut, cut}, 1, "--owners-to"},
		{"a copy to elsewhere", []string{"items", "copy", "--data", data, "--to", "s3://bucket"}, 2, "dynamodb://TABLE"},
		{"a copy with a misspelt word", []string{"items", "copy", "--data", data, "--to", "dynamodb://t?regoin=x"}, 2, "regoin"},
	} {
		if _, stderr, code := command(t, c.args...); code != c.code || !strings.Contains(stderr, c.want) {
			t.Errorf("%s: got exit code %d and %q, want %d and %q", c.name, code, stderr, c.code, c.want)
		}
	}
}

func TestAccountsForCognitosImport(t *testing.T) {
	t.Parallel()
	s := serve(t, t.TempDir())
	s.register(t, "ana@example.com")
	pool := s.config["APP_ISSUER"][strings.LastIndexByte(s.config["APP_ISSUER"], '/')+1:]
	attribute := func(name, value string) types.AttributeType {
		return types.AttributeType{Name: &name, Value: &value}
	}
	for email, attributes := range map[string][]types.AttributeType{
		"ben@example.com": {attribute("email_verified", "true"), attribute("name", "Ben, the \"Elder\""), attribute("birthdate", "1990-02-28")},
		"eva@example.com": {}, // not verified
	} {
		_, err := s.cognito(t).AdminCreateUser(t.Context(), &cognito.AdminCreateUserInput{
			UserPoolId: &pool, Username: aws.String(email), UserAttributes: attributes, MessageAction: types.MessageActionTypeSuppress,
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	place := []string{"--data", s.data, "--endpoint", s.url + "/auth/"}
	out, stderr, code := command(t, append([]string{"users", "export"}, place...)...)
	if code != 0 || strings.Count(stderr, "left out: it has no verified e-mail") != 1 {
		t.Fatalf("got exit code %d and %q, want one account left out", code, stderr)
	}
	lines := strings.Split(strings.TrimSuffix(out, "\n"), "\n")
	if want := "name,given_name,family_name,middle_name,nickname,preferred_username,profile,picture,website,email,email_verified,gender,birthdate," +
		"zoneinfo,locale,phone_number,phone_number_verified,address,updated_at,cognito:mfa_enabled,cognito:username"; lines[0] != want {
		t.Errorf("got the columns %s, want %s", lines[0], want)
	}
	if len(lines) != 3 || !strings.Contains(out, "\n"+strings.Repeat(",", 9)+"ana@example.com,true"+strings.Repeat(",", 9)+"false,ana@example.com\n") ||
		!strings.Contains(out, "\nBen\\, the \"Elder\""+strings.Repeat(",", 9)+"ben@example.com,true,,02/28/1990"+strings.Repeat(",", 7)+"false,ben@example.com\n") {
		t.Errorf("got %s", out)
	}

	header := fileWith(t, "header.json", `{"UserPoolId":"x","CSVHeader":["cognito:username","email","email_verified","cognito:mfa_enabled"]}`)
	out, stderr, code = command(t, append([]string{"users", "export", "--header", header}, place...)...)
	records, err := csv.NewReader(strings.NewReader(out)).ReadAll()
	if code != 0 || err != nil || len(records) != 3 || !strings.Contains(stderr, "goes without birthdate, name") && !strings.Contains(stderr, "goes without name, birthdate") {
		t.Errorf("with a header: got exit code %d, %q and %q (%v)", code, out, stderr, err)
	}
	if _, stderr, code := command(t, append([]string{"users", "export", "--header", fileWith(t, "x", "{}")}, place...)...); code != 1 || !strings.Contains(stderr, "--header") {
		t.Errorf("with a header that is none: got exit code %d and %q", code, stderr)
	}
}
