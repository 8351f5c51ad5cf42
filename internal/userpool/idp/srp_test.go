package idp_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"maps"
	"math/big"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"

	"example.com/todo/internal/stack"
	"example.com/todo/internal/userpool"
	"example.com/todo/internal/userpool/pooltest"
)

// srpPrime is the 3072-bit prime of RFC 3526.
var srpPrime = number(strings.Join([]string{
	"FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22514A08798E3404DD",
	"EF9519B3CD3A431B302B0A6DF25F14374FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7ED",
	"EE386BFB5A899FA5AE9F24117C4B1FE649286651ECE45B3DC2007CB8A163BF0598DA48361C55D39A69163FA8FD24CF5F",
	"83655D23DCA3AD961C62F356208552BB9ED529077096966D670C354E4ABC9804F1746C08CA18217C32905E462E36CE3B",
	"E39E772C180E86039B2783A2EC07A28FB5C55DF06F4C52C9DE2BCBF6955817183995497CEA956AE515D2261898FA0510",
	"15728E5A8AAAC42DAD33170D04507A33A85521ABDF1CBA64ECFB850458DBEF0A8AEA71575D060C7DB3970F85A6E1E4C7",
	"ABF5AE8CDB0933D71E8C94E04A25619DCEE3D2261AD2EE6BF12FFA06D98A0864D87602733EC86A64521F2B18177B200C",
	"BBE117577A615D6C770988C0BAD946E208E24FA074E5AB3143DB5BFCE0FD108E4B82D120A93AD2CAFFFFFFFFFFFFFFFF",
}, ""))

func number(digits string) *big.Int {
	n, _ := new(big.Int).SetString(digits, 16)
	return n
}

// srpPerson signs in as amazon-cognito-identity-js does it: from the published formulas.
type srpPerson struct {
	*rig
	name     string
	password string
	client   string
	now      time.Time
}

var smallA = big.NewInt(0xa11ce) // the client's secret; only a test may take so short a one

func (p srpPerson) start() (*cognito.InitiateAuthOutput, error) {
	parameters := map[string]string{"USERNAME": p.name, "SRP_A": new(big.Int).Exp(big.NewInt(2), smallA, srpPrime).Text(16)}
	p.hash(parameters)
	return p.sdk(secret).InitiateAuth(ctx, &cognito.InitiateAuthInput{ClientId: &p.client, AuthFlow: "USER_SRP_AUTH", AuthParameters: parameters})
}

func (p srpPerson) hash(parameters map[string]string) {
	if confidential := p.Client(p.t, p.client).Secret; confidential != "" {
		parameters["SECRET_HASH"] = hashOf(confidential, p.client, parameters["USERNAME"])
	}
}

func padded(n *big.Int) []byte {
	digits := n.Text(16)
	if len(digits)%2 == 1 {
		digits = "0" + digits
	}
	if strings.Contains("89abcdef", digits[:1]) {
		digits = "00" + digits
	}
	b, _ := hex.DecodeString(digits)
	return b
}

func sha(parts ...[]byte) *big.Int {
	sum := sha256.Sum256(slices.Concat(parts...))
	return new(big.Int).SetBytes(sum[:])
}

func hmacOf(key []byte, parts ...[]byte) []byte {
	h := hmac.New(sha256.New, key)
	for _, part := range parts {
		h.Write(part)
	}
	return h.Sum(nil)
}

// responses are the answer to a challenge.
func (p srpPerson) responses(challenge map[string]string) map[string]string {
	_, pool, _ := strings.Cut(p.Pool.Settings().ID, "_")
	user, g := challenge["USER_ID_FOR_SRP"], big.NewInt(2)
	a, b := new(big.Int).Exp(g, smallA, srpPrime), number(challenge["SRP_B"])
	u, k := sha(padded(a), padded(b)), sha(padded(srpPrime), padded(g))
	inner := sha256.Sum256([]byte(pool + user + ":" + p.password))
	x := sha(padded(number(challenge["SALT"])), inner[:])
	base := new(big.Int).Sub(b, new(big.Int).Mul(k, new(big.Int).Exp(g, x, srpPrime)))
	s := base.Exp(base.Mod(base, srpPrime), new(big.Int).Add(smallA, new(big.Int).Mul(u, x)), srpPrime)
	key := hmacOf(hmacOf(padded(u), padded(s)), []byte("Caldera Derived Key\x01"))[:16]
	block, _ := base64.StdEncoding.DecodeString(challenge["SECRET_BLOCK"])
	timestamp := p.now.UTC().Format("Mon Jan 2 15:04:05 UTC 2006")
	responses := map[string]string{
		"USERNAME": user, "TIMESTAMP": timestamp, "PASSWORD_CLAIM_SECRET_BLOCK": challenge["SECRET_BLOCK"],
		"PASSWORD_CLAIM_SIGNATURE": base64.StdEncoding.EncodeToString(hmacOf(key, []byte(pool+user), block, []byte(timestamp))),
	}
	p.hash(responses)
	return responses
}

func (p srpPerson) respond(responses map[string]string) (*cognito.RespondToAuthChallengeOutput, error) {
	return p.sdk(secret).RespondToAuthChallenge(ctx, &cognito.RespondToAuthChallengeInput{
		ClientId: &p.client, ChallengeName: "PASSWORD_VERIFIER", ChallengeResponses: responses,
	})
}

func (p srpPerson) signIn() (*cognito.RespondToAuthChallengeOutput, error) {
	p.t.Helper()
	challenge, err := p.start()
	if err != nil {
		return nil, err
	}
	return p.respond(p.responses(challenge.ChallengeParameters))
}

func withSRP(d *stack.UserPool) {
	for i := range d.Clients {
		d.Clients[i].ExplicitAuthFlows = append(slices.Clone(d.Clients[i].ExplicitAuthFlows), "ALLOW_USER_SRP_AUTH")
	}
}

func (r *rig) srp(name, password string) srpPerson {
	return srpPerson{rig: r, name: name, password: password, client: pooltest.ClientID, now: r.Now()}
}

const wrongPassword = "NotAuthorizedException: Incorrect username or password."

func TestSignInBySRP(t *testing.T) {
	r := newRig(t, withSRP)
	u := r.SignUp(t, ana)
	for name, typed := range map[string]string{"by e-mail": ana, "in capitals": strings.ToUpper(ana), "by user name": u.Sub} {
		done, err := r.srp(typed, pooltest.Password).signIn()
		if err != nil || done.AuthenticationResult == nil || done.AuthenticationResult.RefreshToken == nil {
			t.Errorf("%s: got %+v, %v", name, done, err)
		}
	}
	p := r.srp(ana, pooltest.Password)
	p.client = pooltest.SecretID
	if done, err := p.signIn(); err != nil || done.AuthenticationResult == nil {
		t.Errorf("a client with a secret: got %+v, %v", done, err)
	}
	_, err := r.srp(ana, "Wrong-horse-9").signIn()
	wantRefusal(t, "a wrong password", err, wrongPassword)
}

func TestSRPFollowsThePassword(t *testing.T) {
	r := newRig(t, withSRP)
	c := r.sdk(secret)
	r.SignUp(t, ana)
	changes := map[string]func(to string){
		"set by an administrator": func(to string) {
			_, err := c.AdminSetUserPassword(ctx, &cognito.AdminSetUserPasswordInput{UserPoolId: aws.String(r.Pool.Settings().ID), Username: aws.String(ana), Password: &to, Permanent: true})
			wantRefusal(t, "set", err, "")
		},
		"forgotten": func(to string) {
			_, err := c.ForgotPassword(ctx, &cognito.ForgotPasswordInput{ClientId: clientID, Username: aws.String(ana)})
			wantRefusal(t, "forgot", err, "")
			_, err = c.ConfirmForgotPassword(ctx, &cognito.ConfirmForgotPasswordInput{ClientId: clientID, Username: aws.String(ana), Password: &to, ConfirmationCode: aws.String(r.Code(t, ana))})
			wantRefusal(t, "reset", err, "")
		},
	}
	old := pooltest.Password
	for _, name := range slices.Sorted(maps.Keys(changes)) {
		fresh := "New-" + strings.ReplaceAll(name, " ", "-") + "-9"
		changes[name](fresh)
		_, err := r.srp(ana, old).signIn()
		wantRefusal(t, name+": the old one", err, wrongPassword)
		_, err = r.srp(ana, fresh).signIn()
		wantRefusal(t, name+": the new one", err, "")
		old = fresh
	}
}

func TestTemporaryPasswordBySRP(t *testing.T) {
	r := newRig(t, withSRP)
	if _, err := r.Pool.AdminCreateUser(ctx, userpool.NewUser{Username: ana, TemporaryPassword: "First-password-1", Suppress: true}); err != nil {
		t.Fatal(err)
	}
	in, err := r.srp(ana, "First-password-1").signIn()
	if err != nil || in.ChallengeName != "NEW_PASSWORD_REQUIRED" {
		t.Fatalf("got %+v, %v", in, err)
	}
	done, err := r.sdk(secret).RespondToAuthChallenge(ctx, &cognito.RespondToAuthChallengeInput{
		ClientId: clientID, ChallengeName: in.ChallengeName, Session: in.Session,
		ChallengeResponses: map[string]string{"USERNAME": ana, "NEW_PASSWORD": pooltest.Password},
	})
	if err != nil || done.AuthenticationResult == nil {
		t.Fatalf("got %+v, %v", done, err)
	}
	_, err = r.srp(ana, pooltest.Password).signIn()
	wantRefusal(t, "the own password", err, "")
}

// TestSRPBlocksAreGoodForOneGuess tries what an attacker would do with what the server hands out.
func TestSRPBlocksAreGoodForOneGuess(t *testing.T) {
	r := newRig(t, withSRP)
	r.SignUp(t, ana)
	p := r.srp(ana, pooltest.Password)
	fresh := func() map[string]string {
		t.Helper()
		in, err := p.start()
		if err != nil {
			t.Fatal(err)
		}
		return p.responses(in.ChallengeParameters)
	}
	const session = "NotAuthorizedException: Invalid session for the user"
	right := fresh()
	_, err := p.respond(right)
	wantRefusal(t, "the first use", err, "")
	_, err = p.respond(right)
	wantRefusal(t, "the second use", err, session+", session can only be used once.")
	guessed := fresh()
	real := guessed["PASSWORD_CLAIM_SIGNATURE"]
	guessed["PASSWORD_CLAIM_SIGNATURE"] = base64.StdEncoding.EncodeToString(make([]byte, 32))
	_, err = p.respond(guessed)
	wantRefusal(t, "a guess", err, wrongPassword)
	guessed["PASSWORD_CLAIM_SIGNATURE"] = real
	_, err = p.respond(guessed)
	wantRefusal(t, "after a guess", err, session+", session can only be used once.")
	for name, change := range map[string]struct{ key, value, want string }{
		"edited":               {"PASSWORD_CLAIM_SECRET_BLOCK", base64.StdEncoding.EncodeToString(make([]byte, 300)), session + "."},
		"short":                {"PASSWORD_CLAIM_SECRET_BLOCK", "AAAA", session + "."},
		"not base64":           {"PASSWORD_CLAIM_SIGNATURE", "!", "InvalidParameterException: PASSWORD_CLAIM_SECRET_BLOCK and PASSWORD_CLAIM_SIGNATURE must be base64."},
		"for another user":     {"USERNAME", "eve@example.com", session + "."},
		"another time":         {"TIMESTAMP", "Sun Mar 1 09:00:01 UTC 2026", wrongPassword},
		"a time long gone":     {"TIMESTAMP", "Sun Mar 1 08:00:00 UTC 2026", "InvalidParameterException: TIMESTAMP is too far from the time of the service."},
		"a time in other form": {"TIMESTAMP", "2026-03-01T09:00:00Z", "InvalidParameterException: TIMESTAMP format should be EEE MMM d HH:mm:ss z yyyy in english."},
		"no time":              {"TIMESTAMP", "", "InvalidParameterException: Missing required parameter TIMESTAMP"},
	} {
		responses := fresh()
		responses[change.key] = change.value
		_, err = p.respond(responses)
		wantRefusal(t, name, err, change.want)
	}
	elsewhere := fresh()
	p.client = pooltest.SecretID
	p.hash(elsewhere)
	_, err = p.respond(elsewhere)
	wantRefusal(t, "at another client", err, session+".")
	p.client = pooltest.ClientID
	late := fresh()
	r.Wait(time.Minute)
	_, err = p.respond(late)
	wantRefusal(t, "too late", err, session+", session is expired.")
}

// TestNumbersThatGiveTheKeyAway are public numbers with which a client needs no password.
func TestNumbersThatGiveTheKeyAway(t *testing.T) {
	r := newRig(t, withSRP)
	r.SignUp(t, ana)
	for name, public := range map[string]string{
		"nought": "0", "padded nought": strings.Repeat("0", 100), "the prime": srpPrime.Text(16),
		"twice the prime": new(big.Int).Lsh(srpPrime, 1).Text(16), "negative": "-2", "with a sign": "+2", "not a number": "xyz",
		"with a line between": "1_0", "far too long": strings.Repeat("1", 100_000),
	} {
		_, err := r.sdk(secret).InitiateAuth(ctx, &cognito.InitiateAuthInput{
			ClientId: clientID, AuthFlow: "USER_SRP_AUTH", AuthParameters: map[string]string{"USERNAME": ana, "SRP_A": public},
		})
		wantRefusal(t, name, err, "InvalidParameterException: SRP_A is not a number that can be answered.")
	}
	_, err := r.sdk(secret).InitiateAuth(ctx, &cognito.InitiateAuthInput{
		ClientId: clientID, AuthFlow: "USER_SRP_AUTH", AuthParameters: map[string]string{"USERNAME": ana},
	})
	wantRefusal(t, "none", err, "InvalidParameterException: Missing required parameter SRP_A")
}

// TestSRPTellsNothingOfAccounts compares what a name with an account gets with what one without gets.
func TestSRPTellsNothingOfAccounts(t *testing.T) {
	r := newRig(t, withSRP)
	r.SignUp(t, ana)
	first := map[string]map[string]string{}
	for _, name := range []string{ana, "eve@example.com"} {
		for range 2 {
			in, err := r.srp(name, "Wrong-horse-9").start()
			if err != nil || in.ChallengeName != "PASSWORD_VERIFIER" || in.Session != nil {
				t.Fatalf("%s: got %+v, %v", name, in, err)
			}
			got := in.ChallengeParameters
			if before := first[name]; before != nil && (before["SALT"] != got["SALT"] || before["USER_ID_FOR_SRP"] != got["USER_ID_FOR_SRP"] || before["SRP_B"] == got["SRP_B"]) {
				t.Errorf("%s: got %v, then %v", name, before, got)
			}
			first[name] = got
		}
		_, err := r.srp(name, "Wrong-horse-9").signIn()
		wantRefusal(t, name, err, wrongPassword)
	}
	known, unknown := first[ana], first["eve@example.com"]
	if slices.Sorted(maps.Keys(known))[0] != slices.Sorted(maps.Keys(unknown))[0] || len(known) != len(unknown) || len(known["USER_ID_FOR_SRP"]) != 36 || len(unknown["USER_ID_FOR_SRP"]) != 36 || known["USER_ID_FOR_SRP"][14] != unknown["USER_ID_FOR_SRP"][14] {
		t.Errorf("got %v and %v", known, unknown)
	}
	// Both names have 15 characters.
	if a, b := r.blockLength("eve@example.com"), r.blockLength("bob@example.com"); a != b {
		t.Errorf("blocks of two strangers have %d and %d bytes", a, b)
	}
	r.SignUp(t, "bob@example.com")
	if a, b := r.blockLength("eve@example.com"), r.blockLength("bob@example.com"); a != b {
		t.Errorf("blocks of a stranger and of an account have %d and %d bytes", a, b)
	}
}

func (r *rig) blockLength(name string) int {
	r.t.Helper()
	in, err := r.srp(name, "x").start()
	if err != nil {
		r.t.Fatal(err)
	}
	return len(in.ChallengeParameters["SECRET_BLOCK"])
}

func TestSRPOfClientsThatTell(t *testing.T) {
	r := newRig(t, func(d *stack.UserPool) { withSRP(d); d.Clients[0].PreventUserExistenceErrors = false })
	_, err := r.srp("eve@example.com", "x").start()
	wantRefusal(t, "no such user", err, "UserNotFoundException: User does not exist.")
}

// TestSRPAndPasswordsShareTheLock shows that neither way in is a way round the other's lock, and that strangers are
// locked alike.
func TestSRPAndPasswordsShareTheLock(t *testing.T) {
	r := newRig(t, withSRP)
	r.SignUp(t, ana)
	const locked = "NotAuthorizedException: Password attempts exceeded"
	for _, name := range []string{ana, "eve@example.com"} {
		for i := range 5 {
			var err error
			if i%2 == 0 {
				_, err = r.srp(name, "Wrong-horse-9").signIn()
			} else {
				_, err = password(r.sdk(secret), name, "Wrong-horse-9")
			}
			wantRefusal(t, name, err, wrongPassword)
		}
		_, err := r.srp(name, pooltest.Password).signIn()
		wantRefusal(t, name+" by SRP", err, locked)
		_, err = password(r.sdk(secret), name, pooltest.Password)
		wantRefusal(t, name+" by password", err, locked)
	}
	r.Wait(time.Second)
	_, err := r.srp(ana, pooltest.Password).signIn()
	wantRefusal(t, "after the lock", err, "")
}
