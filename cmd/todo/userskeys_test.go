package main

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"
)

// keyIDs are the ids in the pool's key set.
func (o operator) keyIDs() (ids []string) {
	o.t.Helper()
	w := ask(o.home, domainPath+"/"+o.pool+"/.well-known/jwks.json")
	var set struct{ Keys []struct{ Kid string } }
	if err := json.Unmarshal(w.Body.Bytes(), &set); err != nil {
		o.t.Fatalf("got %d %s", w.Code, w.Body)
	}
	for _, k := range set.Keys {
		ids = append(ids, k.Kid)
	}
	return ids
}

func TestRotateKeys(t *testing.T) {
	o := newOperator(t)
	first := o.keyIDs()
	if got := o.must("rotate-keys"); !strings.HasPrefix(got, "New keys sign. Those of before are published until 2") {
		t.Errorf("got %q", got)
	}
	second := o.keyIDs()
	if len(first) != 2 || len(second) != 4 || !slices.Equal(second[2:], first) {
		t.Errorf("got %v, then %v: want two new keys before the old ones", first, second)
	}
	if got := o.must("rotate-keys", "--withdraw"); got != "New keys sign. Those of before are gone.\n" {
		t.Errorf("got %q", got)
	}
	if third := o.keyIDs(); len(third) != 2 || slices.ContainsFunc(third, func(id string) bool { return slices.Contains(second, id) }) {
		t.Errorf("got %v after the withdrawal of %v", third, second)
	}
	for name, authorization := range map[string]string{"no signature": "", "another's": "AWS4-HMAC-SHA256 Credential=AKIAX/20260101/local/cognito-idp/aws4_request, SignedHeaders=host, Signature=00"} {
		before := o.keyIDs()
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, o.url, strings.NewReader(`{"UserPoolId":"`+o.pool+`"}`))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", "application/x-amz-json-1.1")
		r.Header.Set("X-Amz-Target", "TodoUserPool.RotateSigningKeys")
		if authorization != "" {
			r.Header.Set("Authorization", authorization)
		}
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
		if answer.StatusCode != http.StatusBadRequest || !slices.Equal(o.keyIDs(), before) {
			t.Errorf("%s: got %d, and keys %v of %v", name, answer.StatusCode, o.keyIDs(), before)
		}
	}
}
