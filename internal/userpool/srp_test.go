package userpool

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/hex"
	"os"
	"strings"
	"testing"

	"example.com/todo/internal/stack"
)

func withSRP(d *stack.UserPool) {
	for i := range d.Clients {
		d.Clients[i].ExplicitAuthFlows = append(d.Clients[i].ExplicitAuthFlows, "ALLOW_USER_SRP_AUTH")
	}
}

// srpSignIn signs in with the tests' own client.
func (r *rig) srpSignIn(name, password string) error {
	r.t.Helper()
	ctx, client := context.Background(), newSRPClient("a11ce")
	challenge, err := r.StartSRP(ctx, r.client(), name, client.public.Text(16))
	if err != nil {
		return err
	}
	timestamp := r.clock().Format(srpTime)
	key := client.key("aB3dE5fG7", challenge.UserID, password, challenge.Salt, challenge.B)
	_, err = r.FinishSRP(ctx, r.client(), SRPAnswer{
		Username: challenge.UserID, Block: challenge.Block, Timestamp: timestamp,
		Signature: client.sign(key, "aB3dE5fG7", challenge.UserID, challenge.Block, timestamp),
	})
	return err
}

// TestSRPOfAnOlderAccount shows that an account from before SRP was allowed has it from the next password sign-in on.
func TestSRPOfAnOlderAccount(t *testing.T) {
	r := newRig(t)
	r.confirmed(ana)
	_, err := r.StartSRP(context.Background(), r.client(), ana, "02")
	wantRefusal(t, "not allowed", err, "InvalidParameterException: USER_SRP_AUTH is not enabled for the client.")
	withSRP(r.desc)
	r.reopen()
	wantRefusal(t, "before", r.srpSignIn(ana, goodPassword), wrong)
	wantRefusal(t, "a wrong password", r.signIn(ana, "Wrong2horse"), wrong)
	wantRefusal(t, "still before", r.srpSignIn(ana, goodPassword), wrong)
	wantRefusal(t, "a password sign-in", r.signIn(ana, goodPassword), "")
	wantRefusal(t, "after", r.srpSignIn(ana, goodPassword), "")
	r.reopen()
	wantRefusal(t, "after a restart", r.srpSignIn(ana, goodPassword), "")
}

// TestAVerifierGoesWithItsPassword shows that one that was left behind lets nobody in.
func TestAVerifierGoesWithItsPassword(t *testing.T) {
	r := newRig(t, withSRP)
	u := r.confirmed(ana)
	ctx := context.Background()
	hash, err := r.hasher.hash(ctx, "Another1horse")
	if err != nil {
		t.Fatal(err)
	}
	err = r.change(ctx, r.clock(), func(t tx) error {
		was, err := existing(t, u.Sub)
		if err != nil {
			return err
		}
		now := was
		now.Password = hash // and not the verifier
		return r.save(t, was, now)
	})
	if err != nil {
		t.Fatal(err)
	}
	wantRefusal(t, "the password of the verifier", r.srpSignIn(ana, goodPassword), wrong)
	wantRefusal(t, "the password of the hash", r.signIn(ana, "Another1horse"), "")
	wantRefusal(t, "then by SRP", r.srpSignIn(ana, "Another1horse"), "")
}

func TestSRPUserIDs(t *testing.T) {
	for name, c := range map[string]struct {
		change    func(*stack.UserPool)
		typed, id string
	}{
		"free names":                     {freeNames, "Eve", "eve"},
		"free names with number aliases": {phoneAliases, "Eve", "eve"},
		"case-sensitive names":           {func(d *stack.UserPool) { freeNames(d); d.CaseSensitive = true }, "Eve", "Eve"},
	} {
		r := newRig(t, withSRP, c.change)
		challenge, err := r.StartSRP(context.Background(), r.client(), c.typed, "02")
		if err != nil || challenge.UserID != c.id {
			t.Errorf("%s: got %+v, %v", name, challenge, err)
		}
	}
}

// TestTheDataFileHoldsNoVerifier looks for what a thief of the file could guess passwords with.
func TestTheDataFileHoldsNoVerifier(t *testing.T) {
	r := newRig(t, withSRP)
	u := r.confirmed(ana)
	var a account
	err := r.view(r.clock(), func(t tx) (err error) { a, err = existing(t, u.Sub); return err })
	if err != nil {
		t.Fatal(err)
	}
	v := r.verifier(a.credential, a.Username)
	if v == nil || v.Cmp(r.srp.group.verifier("aB3dE5fG7", u.Username, goodPassword, number(a.SRPSalt))) != 0 {
		t.Fatalf("got the verifier %v", v)
	}
	file, err := os.ReadFile(r.path)
	if err != nil {
		t.Fatal(err)
	}
	for _, form := range [][]byte{v.Bytes()[8:], []byte(hex.EncodeToString(v.Bytes()[8:])), []byte(base64.StdEncoding.EncodeToString(v.Bytes())[:400])} {
		if bytes.Contains(file, form) {
			t.Error("the data file holds the verifier")
		}
	}
}

func TestTheSealKeyIsTheDataFiles(t *testing.T) {
	r := newRig(t)
	for name, c := range map[string]struct {
		key  []byte
		want string
	}{
		"another": {bytes.Repeat([]byte{1}, SealKeySize), "not the one that the data file's secrets are sealed with"},
		"none":    {nil, "has 0 bytes, not 32"},
	} {
		cfg := r.cfg
		cfg.SealKey = c.key
		_, err := open(context.Background(), cfg, seams{cost: cost{memory: 8, time: 1, threads: 1}, newKey: newRSAKey})
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %q", name, err, c.want)
		}
	}
}
